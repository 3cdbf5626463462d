"""Reads issues out of their blocks: counted, in the order of the file, from a place on, grouped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from psycopg import sql

from rollbook.core.issues import MOST_APART, Issue, IssueGroup, Severity
from rollbook.core.statements import Statements

AT_ONCE: Final = 50_000
"""Issues that a download asks for at a time, and more than are held of it."""

IN_BLOCK: Final = 10_000
"""An issue's number is its block's times this, and its place there; see the view `issues`."""

Place = tuple[int, int]
"""The row (0 of the whole file) and the issue's number."""

_SQL: Final = Statements(__package__, "issue_blocks.sql")


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """What a person asks of a job's issues; `text` is sought in student, value and row number."""

    code: str = ""
    column: str = ""
    severity: Severity | None = None
    text: str = ""
    student_id: str = ""


def count(job: int, asked: IssueFilter) -> int:
    """Return how many issues match."""
    if asked == IssueFilter():
        [(found,)] = _rows("count_all", job=job)
    else:
        [(found,)] = _rows("count", parts=_of_job(asked), job=job, **_values(asked))
    return int(found)


def in_order(
    job: int,
    asked: IssueFilter,
    *,
    after: Place | None = None,
    limit: int | None,
    offset: int = 0,
) -> list[tuple[Place, Issue]]:
    """Return issues that match in the order of the file, with their places."""
    at, number = after or (0, 0)
    values = {"at": at, "id": number, "limit": limit, "offset": offset} | _values(asked)
    parts = _of_job(asked, is_continued=after is not None)
    return _read(_rows("in_order", parts=parts, job=job, **values))


def every(job: int, asked: IssueFilter) -> Iterator[Issue]:
    """Give all that match in that order, however many, without holding them."""
    place: Place | None = None
    while True:
        found = in_order(job, asked, after=place, limit=AT_ONCE)
        yield from (issue for _, issue in found)
        if len(found) < AT_ONCE:
            return
        place = found[-1][0]


def groups(job: int) -> list[IssueGroup]:
    """Return the groups of a job's issues, errors first, then the most frequent."""
    found = _rows("groups", job=job, apart=MOST_APART)
    ids = [number for _, number in found]
    blocks = list({number // IN_BLOCK for number in ids})
    examples = {place[1]: issue for place, issue in _read(_rows("by_id", blocks=blocks, ids=ids))}
    return [IssueGroup(examples[number], issues) for issues, number in found]


def _of_job(asked: IssueFilter, *, is_continued: bool = False) -> dict[str, sql.Composable]:
    names = [
        *(["of_kinds"] if asked.code or asked.column or asked.severity else []),
        *(["mentions"] if asked.text else []),
        *(["of_student"] if asked.student_id else []),
        *(["after"] if is_continued else []),
    ]
    conditions = [_SQL.compose(name, {}) for name in names or ["all"]]
    return {"of_job": _SQL.compose("of_job", {"which": sql.SQL(" AND ").join(conditions)})}


def _values(asked: IssueFilter) -> dict[str, object]:
    text = asked.text
    is_row = text.isascii() and text.isdigit() and len(text) < 10
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return {
        "code": asked.code,
        "column": asked.column,
        "severity": asked.severity.value if asked.severity else "",
        "pattern": f"%{escaped}%",
        "row": int(text) if is_row else -1,
        "student_id": asked.student_id,
    }


def _rows(
    name: str, *, parts: dict[str, sql.Composable] | None = None, **values: object
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        _SQL.run(cursor, name, parts=parts, **values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _read(found: Sequence[tuple[Any, ...]]) -> list[tuple[Place, Issue]]:
    """Return the issues of rows of `in_order`."""
    kinds = _kinds(list({(batch, kind) for *_, batch, kind in found}))
    return [
        ((at, number), _issue(kinds[batch, kind], at, student_id))
        for at, number, student_id, batch, kind in found
        if (batch, kind) in kinds  # the clean-up may have deleted them meanwhile
    ]


def _kinds(wanted: list[tuple[int, int]]) -> dict[tuple[int, int], tuple[Any, ...]]:
    if not wanted:
        return {}
    batches, numbers = map(list, zip(*wanted, strict=True))
    found = _rows("kinds", batches=batches, numbers=numbers)
    return {(batch, number): tuple(said) for batch, number, *said in found}


def _issue(said: tuple[Any, ...], at: int, student_id: str | None) -> Issue:
    code, severity, message, column, field, value = said
    return Issue(code, Severity(severity), message, at or None, student_id, column, field, value)
