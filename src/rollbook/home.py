"""ROLLBOOK_HOME: the private folder of one installation, and files in it that have no name."""

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final, cast

import platformdirs

from rollbook.error_base import RollbookError

DEMO: Final = "demo"
"""A file in a home whose students are all invented."""


class HomeUnusable(RollbookError):
    """{what}

    Nothing was changed.

    {advice}"""

    reason = "home_unusable"


class HomeOpen(HomeUnusable):
    """Others may look into the folder {path}, and children's data would lie in it.

    Nothing was changed.

    Let its owner alone look into it, or set ROLLBOOK_HOME to another folder."""

    reason = "home_open"


def home(environ: Mapping[str, str]) -> Path:
    """Return ROLLBOOK_HOME or the platform's user data folder, created with mode 0700.

    Raises HomeUnusable where others may look into it, and where it is another account's: root would
    leave files there that lock its owner out. No mode of a folder that was there is changed:
    the person who opened it may have had a reason.
    """
    chosen, path = _chosen(environ)
    if not path.is_absolute():
        raise HomeUnusable(
            what=f"ROLLBOOK_HOME is {chosen}, which means another folder, and so another "
            "database, in each place where a command is run.",
            advice="Set it to a whole path, one that begins with /.",
        )
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.stat()
    except OSError as error:
        raise HomeUnusable(
            what=f"The folder {path} cannot be used ({os.strerror(error.errno or 0)}).",
            advice="Set ROLLBOOK_HOME to a folder that you may write to.",
        ) from error
    if found.st_uid != os.geteuid():
        raise HomeUnusable(
            what=f"The folder {path} belongs to another account (number {found.st_uid}).",
            advice="Run Rollbook as that account, or set ROLLBOOK_HOME to a folder of yours.",
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise HomeOpen(path=path)
    return path


def is_demo(environ: Mapping[str, str]) -> bool:
    """Tell whether the home is the demo's."""
    return (_chosen(environ)[1] / DEMO).is_file()


def _chosen(environ: Mapping[str, str]) -> tuple[str, Path]:
    """Return the folder as it was chosen, and as a path."""
    chosen = environ.get("ROLLBOOK_HOME") or platformdirs.user_data_dir("rollbook", appauthor=False)
    return chosen, Path(chosen).expanduser()


def scratch_file(folder: Path) -> BinaryIO:
    """Return an anonymous file in `folder`: it has no name, so that nothing is ever left of it."""
    return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))
