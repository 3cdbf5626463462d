"""Refused tokens on record: which, why and from where; never the text that was sent."""

from typing import Final

from rollbook.access.cache import count
from rollbook.records.operations import audit

HOUR: Final = 3600
MOST_UNKNOWN: Final = 100
"""Events in an hour about texts that are no token: anybody can send them, from anywhere."""

UNKNOWN: Final = "unknown token"


def note_refusal(fault: str, *, name: str = "", address: str = "") -> None:
    """Record that a token was refused: the 1st, 10th, 100th, ... time in an hour.

    `name` is the token's; a text that is none is told by its address. `fault` is one of unknown,
    revoked, expired, owner and scope. A program that repeats itself does not fill the audit log.
    """
    times, _ = count(f"api-refusals:{fault}:{name or address}"[:200], seconds=HOUR)
    if not _is_power_of_ten(times):
        return
    if not name and count("api-refusals-told", seconds=HOUR)[0] > MOST_UNKNOWN:
        return
    after = {"why": fault, "times_within_the_hour": times}
    audit.record("nobody", "token.refused", subject=name or UNKNOWN, after=after)


def _is_power_of_ten(number: int) -> bool:
    return str(number).strip("0") == "1"
