"""Issues that say the same are stored once; every reader finds them as if each had a row."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import psycopg
import pytest

from rollbook.core.issues import Issue, IssueBatch, Severity
from rollbook.records.migrations import sql
from tests.integration.records.conftest import Open

JOB = 7
NEIGHBOR = 8
LEVELS = ("Tier A", "Tier B", "Tier C", "Way Above", "On Track")


@pytest.fixture
def connection(open_connection: Open, monkeypatch: pytest.MonkeyPatch) -> "psycopg.Connection":
    """Blocks and batches are so small that some issues fill many."""
    from rollbook.records.operations import findings

    monkeypatch.setattr(findings, "ISSUES_AT_ONCE", 7)
    monkeypatch.setattr(findings, "MOST_KINDS", 5)
    return open_connection()


def store(connection: "psycopg.Connection", job: int, issues: list[Issue]) -> None:
    from rollbook.records.operations.findings import IssueTable

    table = IssueTable(connection, job)
    for start in range(0, len(issues), 11):
        table.add(IssueBatch.of(issues[start : start + 11]))
    table.flush()


def found_by_chance(chance: random.Random) -> list[Issue]:
    """Issues of some passes over a file: some about all of it, some rows more than once."""
    found = []
    for _ in range(chance.randint(1, 3)):
        for row in sorted(chance.choices(range(2, 40), k=chance.randint(0, 40))):
            said = chance.choice(("UNKNOWN_LEVEL", "NOT_A_NUMBER", "STRAY_QUOTE"))
            is_error = said == "NOT_A_NUMBER"
            found.append(
                Issue(
                    said,
                    Severity.ERROR if is_error else Severity.WARNING,
                    f"What {said} means.",
                    chance.choice((row, row, row, None)),
                    chance.choice((f"{row:07}", None)),
                    chance.choice(("Reading", "Math 100%", None)),
                    chance.choice(("reading", None)),
                    chance.choice((*LEVELS, "a_b", "", None, f"{row}")),
                )
            )
    return found


@pytest.mark.parametrize("seed", range(4, 8))
def test_every_reader_agrees_with_a_plain_list(connection: "psycopg.Connection", seed: int) -> None:
    from rollbook.records.queries import issues as queries

    issues = found_by_chance(random.Random(seed))
    store(connection, NEIGHBOR, found_by_chance(random.Random(seed + 100)))
    store(connection, JOB, issues)
    expected = sorted(issues, key=lambda issue: issue.row or 0)
    assert list(queries.every_issue(JOB)) == queries.issues_of(JOB, limit=None) == expected
    assert queries.issues_of(JOB, limit=9) == expected[:9]
    assert queries.has_issues(JOB) == bool(issues)
    texts = ("", "tier", "1", "%", "a_b", "\\", "0000012")
    columns, codes = ("", "Math 100%"), ("", "UNKNOWN_LEVEL", "NONE")
    for text, column, code, severity in product(texts, columns, codes, (None, *Severity)):
        asked = queries.IssueFilter(code, column, severity, text)
        matching = [issue for issue in expected if matches(issue, asked)]
        assert list(in_pages(asked)) == list(in_places(asked)) == matching, asked
    counted = Counter((issue.severity, issue.code, issue.column) for issue in issues)
    groups = queries.issue_groups(JOB)
    assert {
        (each.example.severity, each.example.code, each.example.column): each.count
        for each in groups
    } == counted
    assert [each.example for each in groups] == [
        next(issue for issue in issues if same_group(issue, each.example)) for each in groups
    ]
    order = [(each.example.severity.value, -each.count) for each in groups]
    assert order == sorted(order)
    stored = connection.execute("select count(*) from rollbook.issues where job_id = %s", [JOB])
    assert stored.fetchone() == (len(issues),)


def test_a_students_issues_are_deleted_one_by_one_and_the_others_stay(
    connection: "psycopg.Connection",
) -> None:
    from rollbook.records.queries.issues import issue_groups, issues_of

    issues = [
        Issue("BAD", Severity.ERROR, "Bad.", row, f"{row // 2:03}", "Level", None, value)
        for row, value in enumerate(("same", "own", "same", "same", "same", "other"), start=2)
    ]
    store(connection, JOB, issues)
    gone = connection.execute("delete from rollbook.issues where student_id = '001'")
    assert gone.rowcount == 2
    left = issues[2:]
    assert issues_of(JOB, limit=None) == left
    assert [group.count for group in issue_groups(JOB)] == [4]
    kinds = "select value from rollbook.issue_kinds order by value"
    assert connection.execute(kinds).fetchall() == [("other",), ("same",)]
    assert connection.execute("delete from rollbook.issues").rowcount == 4
    for table in ("issue_kinds", "issue_blocks"):
        assert connection.execute(f"select from rollbook.{table}").fetchall() == []


def test_a_night_of_levels_that_are_all_unknown_takes_little_room(open_connection: Open) -> None:
    connection = open_connection()
    chance = random.Random(1)
    issues = [
        Issue(
            "UNKNOWN_LEVEL",
            Severity.WARNING,
            "This value isn't one of the test's usual levels. " * 2,
            row,
            f"{row * 7_919 % 10**7:07}",
            f"Level {column}",
            f"level_{column}",
            chance.choice(LEVELS),
        )
        for row, column in product(range(2, 4_002), range(6))
    ]
    before = size(connection)
    store(connection, JOB, issues)
    assert size(connection) - before < 250_000


def test_rows_of_an_earlier_version_are_taken_over_as_they_are(records: str) -> None:
    with psycopg.connect(records) as connection:
        connection.execute("drop view rollbook.issues; drop function rollbook.add_issue;"
                           "drop function rollbook.delete_issue;" + OLD_TABLE)  # fmt: skip
        with connection.cursor().copy(
            "copy rollbook.issues (job_id, row_number, student_id, column_header, field, code,"
            " severity, value, message) from stdin"
        ) as copy:
            for row in old_rows():
                copy.write_row(row)
        rows = "select job_id, row_number, student_id, column_header, field, code, severity, value,"
        rows += " message from rollbook.issues order by job_id, id"
        old = connection.execute(rows).fetchall()
        connection.execute(sql("issues_once_convert.sql"))
        connection.execute(sql("issues_once.sql"))
        assert len(old) == 6_000
        assert connection.execute(rows).fetchall() == old
        kinds = connection.execute("select count(*) from rollbook.issue_kinds").fetchone()
        assert kinds
        assert kinds[0] <= 240
        connection.rollback()


OLD_TABLE = """
create table rollbook.issues (
    id bigint generated by default as identity primary key, job_id integer not null,
    row_number integer, student_id text, column_header text, field text, code varchar(50) not null,
    severity varchar(10) not null, value text, message text not null
)
"""


def old_rows() -> Iterator[tuple[Any, ...]]:
    chance = random.Random(3)
    for number in range(6_000):
        row = chance.choice((None, number // 3))
        value = chance.choice(("", None, "a,b", '"', "Ñ"))
        yield (
            1 + number % 2, row, chance.choice((None, f"{number:07}", "")),
            chance.choice((None, "", "Level")), None, chance.choice(("A_CODE", "B_CODE")),
            chance.choice(("error", "warning")), value, "So.",
        )  # fmt: skip


def size(connection: "psycopg.Connection") -> int:
    found = connection.execute(
        "select pg_total_relation_size('rollbook.issue_kinds')"
        " + pg_total_relation_size('rollbook.issue_blocks')"
    ).fetchone()
    assert found
    return int(found[0])


def matches(issue: Issue, asked: Any) -> bool:
    texts = (issue.student_id or "", issue.value or "")
    is_row = asked.text.isdigit() and int(asked.text) == issue.row
    return (
        asked.code in ("", issue.code)
        and asked.column in ("", issue.column)
        and asked.severity in (None, issue.severity)
        and (is_row or any(asked.text in text.lower() for text in texts))
    )


def in_pages(asked: Any) -> Iterator[Issue]:
    from rollbook.records.queries.issues import find_issues

    page = find_issues(JOB, asked, page=1, size=13)
    total = page.total
    found = list(page.items)
    while page.has_next:
        page = find_issues(JOB, asked, page=page.number + 1, size=13)
        found += page.items
    assert len(found) == total
    assert find_issues(JOB, asked, page=1_000, size=13) == page
    return iter(found)


def in_places(asked: Any) -> Iterator[Issue]:
    from rollbook.records.queries.issues import issues_after

    place = None
    while found := issues_after(JOB, asked, place=place, limit=17):
        yield from (issue for _, issue in found)
        place = found[-1][0]


def same_group(one: Issue, other: Issue) -> bool:
    return (one.severity, one.code, one.column) == (other.severity, other.code, other.column)
