"""Why a person decided: one line, kept for those who ask later."""

from typing import Final

from rollbook.core.errors import UsageError

LONGEST_REASON: Final = 500
"""Characters."""


def check_reason(reason: str, *, is_needed: bool = True) -> None:
    """Raise UsageError where a reason is needed and not there, or is no line of text."""
    advice = (
        f"Say why, in one line of at most {LONGEST_REASON} characters: it is kept in the audit log."
    )
    if is_needed and not reason.strip():
        raise UsageError(what="A decision needs a reason.", advice=advice, field="reason")
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        what = "The reason is too long, or no single line of text."
        raise UsageError(what=what, advice=advice, field="reason")
