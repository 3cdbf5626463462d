"""What a page is asked for in its address: a page, a text, a day. Nonsense asks for nothing."""

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, date

from django.http import QueryDict

from rollbook.core.scheduling.typed_days import read_day


def page_of(query: QueryDict) -> int:
    """Return the page of a URL, the first where it says none."""
    text = query.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def text_of(query: QueryDict, name: str, *, limit: int = 100) -> str:
    """Return a text of a URL, without the one character that PostgreSQL has no place for."""
    return query.get(name, "").replace("\0", "").strip()[:limit]


def without_page(query: QueryDict) -> str:
    """Return what a URL asks for, without which page of it."""
    kept = query.copy()
    kept.pop("page", None)
    return kept.urlencode()


def filters_set(given: Mapping[str, str], *, besides: str = "") -> int:
    """Return how many filters of a list are set, besides one that is always in sight."""
    return sum(bool(text) for name, text in given.items() if name not in ("page", besides))


def day_of(text: str) -> date | None:
    """Return the day of a URL, or none."""
    try:
        day = read_day(text)
    except ValueError:
        return None
    # At either end of the calendar there is no day after it, and none in another time zone.
    return day if MINYEAR < day.year < MAXYEAR else None
