"""Issues in columns are the same as issues one by one, and counted alike."""

import random
from collections import Counter
from tempfile import TemporaryFile

import pytest

from rollbook.core.issues import (
    MOST_APART,
    Findings,
    Issue,
    IssueBatch,
    Severity,
    SpooledIssues,
)
from tests.doubles.issue_list import IssueList


def some_issues(chance: random.Random, count: int) -> list[Issue]:
    return [
        Issue(
            chance.choice(("BAD", "ODD")),
            chance.choice(tuple(Severity)),
            "What it means.",
            chance.choice((None, *range(2, 9))),
            chance.choice((None, "007")),
            chance.choice((None, "Grade")),
            None,
            chance.choice((None, "x", "y")),
        )
        for _ in range(count)
    ]


def cause_of(issue: Issue) -> tuple[str, str, str | None]:
    return issue.severity, issue.code, issue.column


@pytest.mark.parametrize("count", [0, 1, 57])
def test_a_batch_gives_its_issues_back_whole_and_in_parts(count: int) -> None:
    issues = some_issues(random.Random(count), count)
    batch = IssueBatch.of(issues)
    assert (list(batch), len(batch)) == (issues, count)
    parts = list(batch.parts(10))
    assert [issue for part in parts for issue in part] == issues
    assert all({*part.numbers} == {*range(len(part.kinds))} for part in parts)


def test_more_issues_come_in_the_order_of_the_file_and_first_within_a_row() -> None:
    def issue(row: int, code: str) -> Issue:
        return Issue(code, Severity.WARNING, "So.", row)

    batch = IssueBatch.of([issue(2, "A"), issue(4, "A"), issue(4, "B")])
    merged = batch.with_more([issue(4, "X"), issue(1, "X"), issue(3, "Y")])
    assert [(each.row, each.code) for each in merged] == [
        (1, "X"), (2, "A"), (3, "Y"), (4, "X"), (4, "A"), (4, "B"),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_findings_and_what_is_put_aside_count_every_issue(seed: int) -> None:
    issues = some_issues(random.Random(seed), 2_345)
    listed = IssueList()
    findings = Findings(listed)
    findings.add(issues)
    findings.add(IssueBatch.of(issues))
    assert listed.issues == issues * 2
    assert findings.by_code == Counter(each.code for each in issues * 2)
    errors = 2 * sum(each.severity is Severity.ERROR for each in issues)
    assert (findings.errors, findings.warnings) == (errors, 2 * len(issues) - errors)
    with TemporaryFile() as file:
        spooled = SpooledIssues(file)
        spooled.add(IssueBatch.of(issues))
        in_order = sorted(issues, key=lambda each: each.row or 0)
        assert spooled.first(None) == in_order
        assert spooled.first(7) == in_order[:7]
        causes = Counter(map(cause_of, issues))
        found = {cause_of(each.example): each for each in spooled.groups()}
        assert {cause: each.count for cause, each in found.items()} == causes
        for cause, group in found.items():
            assert group.example == next(each for each in issues if cause_of(each) == cause)
        counted = [group.count for group in spooled.groups()]
        assert [group.count for group in findings.groups.in_order()] == [2 * n for n in counted]


@pytest.mark.parametrize(("sentences", "groups"), [(1, 1), (MOST_APART, MOST_APART), (9, 1)])
def test_few_sentences_of_one_cause_are_told_apart(sentences: int, groups: int) -> None:
    issues = [
        Issue("BAD", Severity.ERROR, f"Sentence {row % sentences}.", row, None, "Grade")
        for row in range(90)
    ]
    with TemporaryFile() as file:
        sink = SpooledIssues(file)
        for first in range(0, 90, 30):
            sink.add(IssueBatch.of(issues[first : first + 30]))
        found = sink.groups()
    assert (len(found), sum(group.count for group in found)) == (groups, 90)
    assert found[0].example == issues[0]


def test_an_errors_cause_takes_the_place_of_a_warnings() -> None:
    with TemporaryFile() as file:
        findings = Findings(SpooledIssues(file))
        for at in range(250):
            findings.add([Issue("ODD", Severity.WARNING, "Odd.", None, None, f"Column {at}")])
        for at in range(3):
            findings.add([Issue("BAD", Severity.ERROR, "Bad.", at, None, "Grade")])
    first, *others = findings.groups.in_order()
    assert (first.example.code, first.count, len(others)) == ("BAD", 3, 199)
