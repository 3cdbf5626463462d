"""What programs ask with in addresses and forms: one way to write each thing, as the document says.

Pydantic reads more: `1_0`, ` 5 ` and `5.0` as numbers, `on` and `t` as true.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from ninja import Query
from pydantic import AfterValidator, BeforeValidator

from rollbook.api.schemas import LONGEST_CURSOR

YEARS: Final = range(1970, 3000)
"""In which a moment has one in every time zone."""


def _in_words(text: object) -> object:
    if isinstance(text, bool) or text is None:
        return text
    if text in ("true", "false"):
        return text == "true"
    raise ValueError("Write true or false.")


def _in_digits(text: object) -> object:
    if isinstance(text, str) and not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError("Write a whole number.")
    return text


def _dated(text: object) -> object:
    """Refuse numbers: they would count as seconds since 1970."""
    if isinstance(text, str) and not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("write a day or a moment as 2026-11-26T10:00:00Z")
    return text


def _with_zone(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError("the year is far off")
    # In UTC, because PostgreSQL knows no zone that is 16 hours off or more.
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


TrueOrFalse = Annotated[bool, BeforeValidator(_in_words)]
Moment = Annotated[datetime, BeforeValidator(_dated), AfterValidator(_with_zone)]
Limit = Annotated[
    int, BeforeValidator(_in_digits), Query(25, ge=1, le=100, description="How many at most.")
]
Cursor = Annotated[str, Query("", max_length=LONGEST_CURSOR, description="Of the page before.")]
