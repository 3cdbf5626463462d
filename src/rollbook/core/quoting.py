"""The value in the sentence of an issue, for administrators' pages alone.

A message holds no value: it goes into logs, emails, reports and to viewers, as it is. Where it
begins with `VALUE` or `COLUMN`, that is the place of what the issue has beside its message.
"""

from typing import Final

from rollbook.core import cells
from rollbook.core.issues import Issue
from rollbook.core.visible import visible

VALUE: Final = "This value"
COLUMN: Final = "This column"

LONGEST_QUOTED: Final = 60
"""Characters of a value in a sentence; the whole one is shown with the rows."""


def quoting(issue: Issue) -> str:
    """Return the issue's message with its value, and its column's header, in quotation marks.

    Only for pages of administrators, and for text that is escaped there. The message stays as it is
    where it has no such place, and where the issue has nothing to put there.
    """
    message = _filled(issue.message, VALUE, issue.value)
    return _filled(message, COLUMN, issue.column) if message == issue.message else message


def is_quoted(issue: Issue) -> bool:
    """Tell whether `quoting` shows the issue's value."""
    return _filled(issue.message, VALUE, issue.value) != issue.message


def _filled(message: str, place: str, text: str | None) -> str:
    shown = _in_one_line(text or "")
    if not shown or not message.startswith(f"{place} "):
        return message
    return f"“{shown}”{message.removeprefix(place)}"


def _in_one_line(text: str) -> str:
    line = " ".join(cells.shown(text).split())
    if len(line) > LONGEST_QUOTED:
        line = f"{line[:LONGEST_QUOTED].rstrip()}…"
    return visible(line)
