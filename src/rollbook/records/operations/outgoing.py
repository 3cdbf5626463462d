"""The tries of what leaves: how long one lasts, what follows a failed one, and when it is given up.

Whether a mail or a message goes out changes nothing of an import.
"""

from datetime import datetime, timedelta
from typing import Final

from rollbook.records.models.follow_up import Outgoing

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""Between the tries; after the last one it is given up, and shown so."""

UNDER_WAY: Final = timedelta(minutes=10)
"""How long what one worker is sending is left alone by the others."""

AT_ONCE: Final = 20
"""How many leave before something else has its turn."""


def begin_try(row: Outgoing, now: datetime) -> None:
    """Note that `row` is being sent; the caller has locked it.

    Until it is known how that went, it has no error.
    """
    row.tries += 1
    row.next_try_at, row.error = now + UNDER_WAY, None
    row.save(update_fields=["tries", "next_try_at", "error"])


def fail_try(row: Outgoing, error: str, *, is_transient: bool, now: datetime) -> bool:
    """Set why `row` has not left and when it is tried again; return whether it is given up."""
    is_last = not is_transient or row.tries > len(PAUSES)
    row.error = error
    row.next_try_at = None if is_last else now + PAUSES[row.tries - 1]
    return is_last


def key_of(row: Outgoing) -> str:
    """Return what identifies `row` in every one of its tries, also after a restore."""
    return f"{row.pk}-{row.created_at:%Y%m%d%H%M%S%f}"
