"""The branches of the tree of errors that several stages share; its root is `error_base`."""

import errno
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from rollbook.error_base import UNCHANGED, Message, RollbookError

__all__ = [
    "UNCHANGED", "DiskFull", "FieldsRefused", "FileRefused", "Message", "RollbookError",
    "SourceError", "UsageError", "is_disk_full", "kind_and_place",
]  # fmt: skip


class UsageError(RollbookError):
    """{what}

    {means}

    {advice}"""

    reason = "usage"
    exit_code = 2

    def __init__(self, *, private: str = "", field: str = "", **details: object) -> None:
        filled = {"means": UNCHANGED, "advice": ""} | details
        super().__init__(private=private, field=field, **filled)


class FieldsRefused(UsageError):
    """Some settings aren't right: {why}

    Nothing was changed."""

    reason = "fields_refused"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(why=" ".join(faults.values()))
        self.faults = faults


class FileRefused(RollbookError):
    """This file can't be imported: {why}

    Nothing was changed."""

    reason = "file_refused"
    exit_code = 3


class SourceError(RollbookError):
    """The file couldn't be downloaded: {why}

    Nothing was changed."""

    reason = "source_unavailable"
    exit_code = 4


class DiskFull(SourceError):
    """This machine's disk is full, so the file can't be kept while it is read.

    Nothing was changed.

    Free up space in the folder for temporary files."""

    reason = "disk_full"


def is_disk_full(error: BaseException) -> bool:
    """Tell whether `error` says that nothing more can be written."""
    full = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    return isinstance(error, OSError) and error.errno in full


def kind_and_place(
    kind: type[BaseException], trace: TracebackType | None, *, frames: int = 1
) -> str:
    """Return what an unforeseen error is and where it arose.

    Never its text, which may hold a student's value.
    """
    places = [
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)
    ]
    return f"{kind.__name__} at {' > '.join(places[-frames:]) or '?'}"
