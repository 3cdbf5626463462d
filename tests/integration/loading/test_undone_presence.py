"""After undos, who is in a feed's file, and since when, is what the imports left standing say."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any, Final

import pytest

from rollbook.core.loading.undo import undo
from rollbook.core.statements import Statements
from tests.integration.loading.district import FIRST_NIGHT, District

NIGHTS: Final = 4
PATTERNS: Final = tuple(product((False, True), repeat=NIGHTS))
"""In which nights' files a student is: every way there is, one student each."""

QUERIES: Final = Statements("rollbook.records.queries", "student_search.sql")

Said = tuple[datetime | None, datetime | None]
"""Missing since, present since."""


@pytest.mark.parametrize(
    "script",
    [
        "0 1 2 3 -1",
        "0 1 2 3 -2",
        "0 1 2 3 -0",
        "0 1 2 3 -3 -1",
        "0 1 2 3 -1 -2",
        "0 1 2 3 -2 -1",
        "0 1 2 3 -1 -0",
        "0 1 2 3 -0 -1 -2",
        "0 1 2 3 -1 -2 -3",
        "0 1 -1 2 3",
        "0 1 2 -1 3 -2",
        "0 1 2 -1 -2 3",
        "0 -0 1 2 -1 3",
        "0 1 2* 3 -1",
        "0 1 2* -1",
        "0 1* 2 3 -0",
        "0 1 2* 3 -2",
        "0* 1 2* 3 -0 -1",
        "0 1 2* 3* -1 -2",
        "0 1* 2* -0 3 -1",
    ],
)
def test_each_undo_leaves_what_the_other_imports_say(district: District, script: str) -> None:
    """A number loads that night's file, with a star one of some students; a minus undoes it."""
    district.change("CREATE TABLE rollbook.feeds (id bigint, name text, is_roster boolean)")
    district.change("INSERT INTO rollbook.feeds VALUES (1, 'sis', true)")
    students = {pattern: district.know(_id(pattern)) for pattern in PATTERNS}
    jobs: dict[int, int] = {}
    of_some = {int(step[0]) for step in script.split() if step.endswith("*")}
    for step in script.split():
        night = int(step.strip("-*"))
        if step.startswith("-"):
            now = FIRST_NIGHT + timedelta(days=10)
            undo(district.cursor, jobs.pop(night), now=now, has_updated_by=False)
            district.cursor.connection.commit()
        else:
            district.nights = night
            there = (_id(pattern) for pattern in PATTERNS if pattern[night])
            rows = ((each, None, "Ann", None, None) for each in there)
            district.load(*rows, is_of_some=night in of_some)
            jobs[night] = district.last_job
        expected = {pattern: _said_by(sorted(jobs), pattern, of_some) for pattern in PATTERNS}
        found = {pattern: _shown(district, number) for pattern, number in students.items()}
        assert found == expected, step


def _id(pattern: tuple[bool, ...]) -> str:
    return "".join("1" if is_there else "0" for is_there in (True, *pattern))


def _said_by(nights: list[int], pattern: tuple[bool, ...], of_some: set[int]) -> Said | None:
    """What imports of these nights say; nothing of a student whom none of them names, and one
    that is `of_some` nothing of a student whom it does not name."""
    named = [night for night in nights if pattern[night]]
    if not named:
        return None
    whole = [night for night in nights if night not in of_some]
    absent = [night for night in whole if not pattern[night] and night > named[0]]
    if absent and absent[-1] > named[-1]:
        return _at(min(night for night in absent if night > named[-1])), None
    return None, _at(min(night for night in named if night > max(absent, default=-1)))


def _at(night: int) -> datetime:
    return FIRST_NIGHT + timedelta(days=night)


def _shown(district: District, number: int) -> Said | None:
    """What the student's page says."""
    QUERIES.run(district.cursor, "presence", number=number)
    found: list[tuple[Any, ...]] = district.cursor.fetchall()
    if not found:
        return None
    [(_, _, missing, present)] = found
    return missing, None if missing else present
