"""When a failed run is tried again. Clock and chance are passed in."""

from datetime import datetime, timedelta
from typing import Final

PAUSES: Final = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=45))
"""The pause after the first, second and third attempt. After the fourth a person has to look."""
JITTER: Final = 0.1
"""The share by which a pause varies, so that not all feeds of a server return at once."""


def next_attempt(
    attempts_done: int, is_transient: bool, *, ended_at: datetime, random: float
) -> datetime | None:
    """Return when to try again; None where no time heals it or it was tried often enough.

    `random` is from 0 up to 1.
    """
    if not is_transient or not 1 <= attempts_done <= len(PAUSES):
        return None
    return ended_at + PAUSES[attempts_done - 1] * (1 + JITTER * (2 * random - 1))
