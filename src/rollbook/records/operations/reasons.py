"""Why a person decided: one line, kept for those who ask later."""

from typing import Final

from rollbook.core.errors import UsageError

LONGEST_REASON: Final = 500
"""Characters."""


def check_reason(reason: str) -> None:
    """Raise UsageError where a decision has no reason, or one that is no line of text."""
    if not reason.strip() or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise UsageError(
            what="A decision needs a reason.",
            advice=f"Say why, in one line of at most {LONGEST_REASON} characters: it is kept in "
            "the audit log.",
            field="reason",
        )
