"""The one tree of errors. A class's docstring is its message; attributes are how a run treats it.

The message is public: it goes into the job, logs, mails and pages that viewers read. Its paragraphs
are what happened, what it means for the data, and what to do. What varies in it (a host that an
administrator typed, a size) is given as keyword arguments and fills the `{...}`. Text that comes
from a file, a server or another program's database row may hold a student's name: it goes into
`private`, which is kept with the issues for administrators alone.
"""

import errno
import re
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Message:
    """What everybody may read of an error or a held import, in its parts; `what` is never empty."""

    what: str
    means: str = ""
    """What it means for the data."""
    advice: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.means, self.advice) if part)


class RollbookError(Exception):
    """Something unforeseen went wrong.

    Nothing was changed."""

    reason: ClassVar[str] = "unforeseen"
    """Stable code, stored in `jobs` and shown by programs."""
    exit_code: ClassVar[int] = 1
    is_transient: ClassVar[bool] = False
    """Whether trying again later can help without anybody doing anything."""

    def __init__(self, *, private: str = "", **details: object) -> None:
        self.private = private
        """What only administrators may read, such as the headers that were found."""
        self.details = details
        # Cut before it is filled: what fills it cannot move where a part ends.
        parts = re.split(r"\n\s*\n", type(self).__doc__ or "")
        self.message = Message(*(" ".join(part.split()).format(**details) for part in parts))
        super().__init__(str(self.message))


class UsageError(RollbookError):
    """{what}"""

    reason = "usage"
    exit_code = 2


class FileRefused(RollbookError):
    """The file was refused: {why}

    Nothing was changed."""

    reason = "file_refused"
    exit_code = 3


class SourceError(RollbookError):
    """The file could not be fetched: {why}

    Nothing was changed."""

    reason = "source_unavailable"
    exit_code = 4


class DiskFull(SourceError):
    """The disk of this machine is full, so the file cannot be kept while it is read.

    Nothing was changed.

    Make room in the folder for temporary files."""

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
