"""Known students whose first and last name both become others: perhaps another child's number."""

import unicodedata
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.issues import Issue, Severity
from rollbook.core.loading.identities import Values, is_another_text
from rollbook.core.loading.plan import MergePlan
from rollbook.core.loading.statements import run

MOST_TOLD: Final = 5_000
"""Students; of more, the feed's limit of names holds the file."""

LEAST_ALIKE: Final = 0.6
"""Share of letters in which two spellings of a name agree."""

_NAMES: Final = ("first_name", "last_name")

_MESSAGE: Final = (
    "This student had a different first and last name before. The new ones count. Check whether "
    "the Student ID or SSID now belongs to another child."
)


def find_renamed(
    cursor: psycopg.Cursor[Any], plan: MergePlan, in_snapshots: Values
) -> tuple[Issue, ...]:
    """Return a warning for each, over the rows of `changed`, before they are written.

    A name that was or becomes blank, or is only spelled otherwise, is no other.
    """
    if not in_snapshots.keys() >= {*_NAMES}:
        return ()
    brought = [(sql.Identifier("n", name), in_snapshots[name]) for name in _NAMES]
    others = [is_another_text(stored, after) for stored, after in brought]
    values = [each for pair in brought for each in pair]
    run(
        cursor,
        "find_renamed",
        parts={
            "values": sql.SQL(", ").join(values),
            "are_others": sql.SQL(" AND ").join(others),
        },
        most=MOST_TOLD,
    )
    return tuple(_issues(cursor, plan.headers))


def _issues(cursor: psycopg.Cursor[Any], headers: Mapping[str, str]) -> Iterator[Issue]:
    for row, student_id, first, first_after, last, last_after in cursor:
        if _is_other(first, first_after) and _is_other(last, last_after):
            yield Issue(
                "STUDENT_RENAMED",
                Severity.WARNING,
                _MESSAGE,
                row,
                student_id,
                column=headers.get("last_name"),
                field="last_name",
                value=f"{first} {last} → {first_after} {last_after}",
            )


def _is_other(before: str, after: str | None) -> bool:
    """Tell whether two names are not spellings, short forms or parts of one."""
    if not after:
        return False
    first, second = _folded(before), _folded(after)
    if set(first.split()) & set(second.split()):
        return False
    if first.startswith(second) or second.startswith(first):
        return False
    return SequenceMatcher(None, first, second).ratio() < LEAST_ALIKE


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return " ".join(
        "".join(
            each if each.isalpha() else " " for each in plain if not unicodedata.combining(each)
        ).split()
    )
