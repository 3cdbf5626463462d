"""What the last stored imports of each feed found."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

from django.db import connection

from rollbook.core.issue_codes import ISSUE_CODES
from rollbook.core.statements import Statements
from rollbook.records.queries.standings import IS_UP_TO_DATE

MOST_IMPORTS: Final = 14
"""Of each feed, that are looked at: two weeks of nights."""
MOST_PROBLEMS: Final = 10
MOST_SCHOOLS: Final = 3
"""That are named for a problem."""

_SQL: Final = Statements(__package__, "nights.sql")


@dataclass(frozen=True, slots=True)
class StoredImport:
    """One import that stored something: its feed, its issues by code."""

    number: int
    feed: int
    issues: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """Issues of one code in the last imports of all feeds."""

    code: str
    last: int
    """In the last import of each feed, together."""
    usual: float
    """The median of its imports before, of each feed, together."""
    imports: int
    """In which it was found, of `of_imports`."""
    of_imports: int
    is_new: bool
    """Some feed's last import has it, and the one before did not."""
    jobs: Sequence[int]
    """The last imports that have it."""
    schools: Sequence[tuple[str, int]] = ()
    """Which students' schools have it most in these, with the students."""

    @property
    def meaning(self) -> str:
        return ISSUE_CODES[self.code]

    @property
    def trend(self) -> str:
        """new, more, fewer, gone or same, beside what is usual."""
        if not self.last:
            return "gone"
        if self.is_new:
            return "new"
        change = self.last - self.usual
        if abs(change) <= max(1.0, self.usual / 10):
            return "same"
        return "more" if change > 0 else "fewer"


def stored_imports(now: datetime, *, days: int) -> list[StoredImport]:
    """Return the last imports of each feed in use that stored its data, each feed's newest first.

    None of an outdated file: it is not what the feed brings.
    """
    since = now - timedelta(days=days)
    with connection.cursor() as cursor:
        _SQL.run(cursor, "newest", parts=IS_UP_TO_DATE, since=since, most=MOST_IMPORTS)
        rows = cursor.fetchall()
    return [StoredImport(number, feed, _issues(by_code)) for number, feed, by_code in rows]


def frequent_problems(imports: Sequence[StoredImport]) -> list[Problem]:
    """Return the problems of these imports, the most frequent first.

    `imports`: each feed's newest first.
    """
    by_feed: dict[int, list[StoredImport]] = {}
    for each in imports:
        by_feed.setdefault(each.feed, []).append(each)
    total: Counter[str] = Counter()
    for each in imports:
        total.update(each.issues)
    return [_problem(code, list(by_feed.values())) for code, _ in total.most_common(MOST_PROBLEMS)]


def schools_of(problems: Sequence[Problem]) -> dict[str, list[tuple[str, int]]]:
    """Return, by code, the schools whose students have the problem in the last imports."""
    jobs = sorted({job for each in problems for job in each.jobs})
    if not jobs:
        return {}
    with connection.cursor() as cursor:
        codes = [each.code for each in problems]
        _SQL.run(cursor, "schools", jobs=jobs, codes=codes, most=MOST_SCHOOLS)
        found: dict[str, list[tuple[str, int]]] = {}
        for code, school, students in cursor.fetchall():
            found.setdefault(code, []).append((school, students))
    return found


def _problem(code: str, feeds: Sequence[Sequence[StoredImport]]) -> Problem:
    have = [each for each in feeds if any(one.issues.get(code) for one in each)]
    return Problem(
        code,
        last=sum(each[0].issues.get(code, 0) for each in have),
        usual=sum(_usual(code, each[1:]) for each in have),
        imports=sum(bool(one.issues.get(code)) for each in have for one in each),
        of_imports=sum(len(each) for each in have),
        is_new=any(
            len(each) > 1 and each[0].issues.get(code, 0) and not each[1].issues.get(code)
            for each in have
        ),
        jobs=[each[0].number for each in have if each[0].issues.get(code)],
    )


def _usual(code: str, before: Sequence[StoredImport]) -> float:
    return median(each.issues.get(code, 0) for each in before) if before else 0.0


def _issues(stored: Any) -> dict[str, int]:
    """Return the known codes alone: the shared table may hold anything."""
    found = json.loads(stored) if isinstance(stored, str) else stored  # Django gives a text
    found = found if isinstance(found, dict) else {}
    return {
        code: count
        for code, count in found.items()
        if code in ISSUE_CODES and isinstance(count, int) and 0 < count < 1 << 31
    }
