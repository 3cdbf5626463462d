"""How many rows of a file have a value in each column, and which columns have lost theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.issues import Issue, Severity
from rollbook.core.measure import Measure


@dataclass(frozen=True, slots=True)
class Filled:
    """Field -> how many of `rows` have a value. A column that is not in the file is not here."""

    rows: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: Any) -> "Filled":
        """Return what a job has kept; earlier versions kept nothing."""
        try:
            fields = {str(name): int(count) for name, count in stored["fields"].items()}
            return cls(int(stored["rows"]), fields)
        except (AttributeError, KeyError, TypeError, ValueError):
            return cls()


NOTHING = Filled()


@dataclass(frozen=True, slots=True)
class Before:
    """The feed's last import: `is_alike` where its columns were understood in the same way."""

    filled: Filled = NOTHING
    is_alike: bool = False


FIRST = Before()


def lost_values(before: Before, now: Filled) -> dict[str, Measure]:
    """Return, by field, how many values are missing of those to be expected by the last import.

    Only of columns that were filled for most rows. One that is not in the file counts where the
    feed's columns are understood as they were.
    """
    found: dict[str, Measure] = {}
    for name, filled in before.filled.fields.items():
        is_compared = name in now.fields or before.is_alike
        if filled * 2 <= before.filled.rows or not is_compared:
            continue
        expected = round(filled * now.rows / before.filled.rows)
        if lost := max(0, expected - now.fields.get(name, 0)):
            found[name] = Measure(lost, expected)
    return found


def blanked_issue(
    name: str, lost: Measure, *, header: str | None, catalogue: Catalogue, clears: bool
) -> Issue:
    """Return the issue about a column whose values are gone; `header`: None where it is too."""
    named = catalogue.by_name[name].header
    said = (
        f"By the last import, about {lost.whole:,} rows would have a value in this column, and "
        f"{lost.whole - lost.part:,} have one."
        if header is not None
        else f"The last import had a column for {named}, with {lost.whole:,} values by the number "
        "of rows here, and this file has none."
    )
    then = "Stored values would be cleared." if clears else "Stored values stay, and grow old."
    return Issue(
        "COLUMN_BLANKED",
        Severity.WARNING,
        f"{said} {then} Usually the export has lost what fills it.",
        column=header or named,
        field=name,
    )
