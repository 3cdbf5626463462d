"""What a pipe or a log gets of an import: no header of the file, and no line twice."""

import io

from rich.console import Console

from rollbook.cli.summary import print_summary
from rollbook.core.issues import Issue, IssueGroup, Severity
from rollbook.core.report import Report


def printed(*, values: bool) -> str:
    groups = [
        IssueGroup(Issue("UNKNOWN_COLUMN", Severity.WARNING, "Not known.", column=column), 1)
        for column in ("Bus", "Locker", "Team")
    ]
    into = io.StringIO()
    report = Report(status="completed", warnings=3)
    print_summary(Console(file=into), report, groups, job=1, values=values, checked=False)
    return into.getvalue()


def test_columns_that_are_not_named_are_told_together() -> None:
    told = printed(values=False)
    assert "3 × UNKNOWN_COLUMN" in told
    assert told.count("Not known.") == 1
    assert "Locker" not in told


def test_who_may_see_headers_is_told_of_each_column() -> None:
    told = printed(values=True)
    assert told.count("1 × UNKNOWN_COLUMN") == 3
    assert "“Locker”" in told
