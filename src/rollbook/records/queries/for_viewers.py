"""What viewers may read of a job: how it went and what is wrong, no text of a file or a server.

A cell can be under any header, in any sheet, in a file of any name. So viewers see what Rollbook
itself says: counts, codes, sentences, and columns by the catalogue's names.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rollbook.core.issues import Issue, IssueGroup
from rollbook.records.queries.comparison import Cause
from rollbook.records.queries.issues import Problem
from rollbook.records.queries.jobs import JobView
from rollbook.records.unusual import UnusualChanges

FILE_FACTS: Final = (
    "size",
    "sha256",
    "same_as",
    "kind",
    "encoding",
    "layout",
    "delimiter",
    "header_row",
    "records",
    "notes",
)
"""Of the file; its name and that of its worksheet are left out."""

Listed = tuple[Sequence[Problem], Collection[Cause] | None]
"""Problems, and those causes of theirs that the import before did not have."""


def for_viewers(job: JobView) -> JobView:
    """Return the job without the names of file, sheet, columns and schools."""
    report = job.report
    facts: dict[str, Any] = {name: report.file[name] for name in FILE_FACTS if name in report.file}
    fields = {"fields": report.changes.get("fields", {})}
    return replace(
        job,
        report=replace(report, file=facts, header=(), changes=fields),
        unusual=UnusualChanges(job.unusual.fields),
    )


def problems_for_viewers(
    found: Sequence[Problem], new: Collection[Cause] | None, *, headers: Mapping[str, str]
) -> Listed:
    """Return the problems, and the causes that are new, without values and the file's headers.

    `headers` are the catalogue's, by field. Columns that are in no catalogue become one problem.
    """
    together: dict[tuple[str, str | None, str, str], list[Problem]] = defaultdict(list)
    for problem in found:
        issue = problem.group.example
        header = headers.get(issue.field or "")
        sentence = issue.message if header else ""
        together[issue.code, header, problem.effect, sentence].append(problem)
    merged = {key: _merged(same, key[1]) for key, same in together.items()}
    if new is None:
        return list(merged.values()), None
    is_new = {key for key, same in together.items() for one in same if one.cause in new}
    return list(merged.values()), {merged[key].cause for key in is_new}


def _merged(same: Sequence[Problem], header: str | None) -> Problem:
    first = same[0].group.example
    example = Issue(
        first.code, first.severity, first.message, row=first.row, column=header, field=first.field
    )
    return replace(same[0], group=IssueGroup(example, sum(one.group.count for one in same)))
