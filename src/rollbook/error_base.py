"""The root of the tree of errors. It lies below everything, so that every error can be of the tree.

A class's docstring is its message; attributes say how a run treats it.

The message is public: it goes into the job, logs, mails and pages that viewers read. Its paragraphs
are what happened, what it means for the data, and what to do. What varies in it (a host that an
administrator typed, a size) is given as keyword arguments and fills the `{...}`. Text that comes
from a file, a server or another program's database row may hold a student's name: it goes into
`private`, which is kept with the issues for administrators alone.

The message names no command, no option and no page, because each of them is read on a surface that
has no such thing. `field` says what it is about, `reason` which error it is; from these the command
line (`cli/error_texts.py`) and the pages (`web/error_texts.py`) add their own words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

UNCHANGED: Final = "Nothing was changed."
POINTER: Final = "Administrators can see {seen} on the import's page."


@dataclass(frozen=True, slots=True)
class Message:
    """What everybody may read of an error or a held import, in its parts; `what` is never empty."""

    what: str
    means: str = ""
    """What it means for the data."""
    advice: str = ""

    def __str__(self) -> str:
        return _joined(self.what, self.means, self.advice)


class RollbookError(Exception):
    """Something unforeseen went wrong.

    Nothing was changed."""

    reason: ClassVar[str] = "unforeseen"
    """Stable code, stored in `jobs` and shown by programs."""
    exit_code: ClassVar[int] = 1
    is_transient: ClassVar[bool] = False
    """Whether trying again later can help without anybody doing anything."""
    seen_by_administrators: ClassVar[str] = ""
    """What `private` holds, such as "the folders that are there"; an import's advice names it."""

    def __init__(self, *, private: str = "", field: str = "", **details: object) -> None:
        self.private = private
        """What only administrators may read, such as the headers that were found."""
        self.details = details
        # Cut before it is filled: what fills it cannot move where a part ends.
        parts = re.split(r"\n\s*\n", type(self).__doc__ or "")
        what, means, self.advice, *_ = [
            *(" ".join(part.split()).format(**details).strip() for part in parts),
            "",
            "",
        ]
        seen = self.seen_by_administrators
        pointer = POINTER.format(seen=seen) if seen else ""
        self.message = Message(what, means, _joined(self.advice, pointer))
        self.faults: Mapping[str, str] = {field: _joined(what, self.advice)} if field else {}
        """Name of a setting or form field, such as `half_days` -> what is wrong with it."""
        super().__init__(str(self.message))


def without_pointer(advice: str) -> str:
    """Return the advice for a page that shows administrators what it points to."""
    before, _, after = POINTER.partition("{seen}")
    return re.sub(rf"\s*{re.escape(before)}[^.]*{re.escape(after)}", "", advice)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
