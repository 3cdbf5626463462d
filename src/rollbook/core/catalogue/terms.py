"""Terms: the assessment periods for which the tables have columns. They are data, not code."""

import re
from dataclasses import dataclass
from datetime import date

from rollbook.core.errors import UsageError

SEASONS = ("Fall", "Winter", "Spring", "Summer")
_NAME = re.compile(rf"({'|'.join(SEASONS)})[ _-]+(20\d\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One assessment period, such as "Spring 2025"."""

    name: str
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def key(self) -> str:
        """What its columns begin with: `spring_2025`."""
        return self.name.lower().replace(" ", "_")


INITIAL_TERMS = (Term("Spring 2025"), Term("Fall 2025"))
"""Those of the specification's table."""


def parse_term_name(text: str) -> str:
    """Return the name as it is written in headers. Raises UsageError where it is none."""
    found = _NAME.fullmatch(" ".join(text.split()))
    if found is None:
        raise UsageError(
            what=f"A term is a season ({', '.join(SEASONS)}) and a year, such as “Winter 2026”. "
            "Nothing was changed."
        )
    return f"{found[1].capitalize()} {found[2]}"


def term_named_in(text: str) -> str | None:
    """Return the name of the term that stands at the beginning or end of a header."""
    found = _NAME.match(text) or re.search(rf"{_NAME.pattern}$", text, re.IGNORECASE)
    return f"{found[1].capitalize()} {found[2]}" if found else None
