"""Delimited text read as the pipeline reads it, from bytes in memory."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Findings, Issue
from rollbook.core.reading.delimited import DelimitedTable
from rollbook.core.reading.headers import match_columns
from rollbook.core.validation.rows import Rejected
from rollbook.core.validation.scale import PercentScale
from rollbook.core.validation.validator import Validator
from tests.doubles.issue_list import IssueList
from tests.spec.judging import CATALOGUE, unescaped

NOTHING = FeedRules()


@dataclass
class Read:
    """What was read of a file: row number to cells, row number to the code of its damage."""

    table: DelimitedTable
    records: dict[int, list[str]] = field(default_factory=dict)
    damaged: dict[int, str] = field(default_factory=dict)
    strays: list[int] = field(default_factory=list)
    damaged_cells: dict[int, list[str]] = field(default_factory=dict)

    @property
    def rows(self) -> list[list[str]]:
        return list(self.records.values())


def opened(data: bytes | str, rules: FeedRules = NOTHING) -> DelimitedTable:
    raw = data.encode() if isinstance(data, str) else data
    return DelimitedTable(
        io.BytesIO(raw), name="file.csv", size=len(raw), catalogue=CATALOGUE, rules=rules
    )


def read(data: bytes | str, rules: FeedRules = NOTHING) -> Read:
    result = Read(opened(data, rules))
    for chunk in result.table.chunks():
        # What a chunk says of a row, it says of one of its own rows.
        assert set(chunk.stray_quotes) <= set(chunk.rows)
        result.records |= dict(zip(chunk.rows, chunk.records, strict=True))
        result.damaged |= {damaged.row: damaged.code for damaged in chunk.damaged}
        result.damaged_cells |= {damaged.row: damaged.cells for damaged in chunk.damaged}
        result.strays += chunk.stray_quotes
    return result


@dataclass
class Imported:
    """A file read and validated: row number to its values by field, issues and rejected rows."""

    rows: dict[int, dict[str, str | None]]
    issues: list[Issue]
    rejected: list[Rejected]


def imported(data: bytes | str) -> Imported:
    """Read and judge a file; percentages are percentages."""
    table = opened(data)
    columns = match_columns(table.header, CATALOGUE, NOTHING)
    listed = IssueList()
    validator = Validator(
        columns.fields,
        table.header,
        catalogue=CATALOGUE,
        rules=NOTHING,
        findings=Findings(listed),
        percent_scale=PercentScale(1),
    )
    names = ["row_number", *(known.name for known in validator.staged_fields), "repaired"]
    rows = {}
    judged = [*map(validator.judge, table.chunks()), validator.rest()]
    for part in judged:
        for values in _values(part.copy_text, names):
            rows[int(values["row_number"] or 0)] = values
    rejected = [each for part in judged for each in part.rejected]
    return Imported(rows, columns.issues + listed.issues, rejected)


def _values(copy_text: str, names: list[str]) -> Iterator[dict[str, str | None]]:
    for line in copy_text.split("\n")[:-1]:
        yield dict(zip(names, map(unescaped, line.split("\t")), strict=False))
