"""One row that deserves a second look: its issues, its line for staging, or its rejection."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.verdict import OUTER_BLANKS, Verdict, refuse
from rollbook.core.feed_settings import IDENTIFIERS, FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.table import DamagedRecord
from rollbook.core.validation.columns import Column
from rollbook.core.validation.odd_texts import warning_of
from rollbook.core.validation.shifts import SHIFTED, ShiftFinder
from rollbook.core.validation.values import NULL, REMARK

LONGEST_SHOWN: Final = 200
"""Characters of a cell that an issue shows."""

MOST_MENTIONED: Final = 100
"""Texts of one damaged record that may name a student."""

_PARTS = re.compile(r"[^\w./-]+")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not imported; `mentioned` are its texts that may name a student."""

    row: int
    mentioned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One record: cells and COPY texts in the order of the columns, and the rules' remarks."""

    number: int
    cells: Sequence[str]
    texts: Sequence[str]
    remarks: Sequence[tuple[str, Verdict]] = ()


@dataclass(slots=True)
class _Findings:
    """What is found of one row."""

    values: list[str]
    remarks: list[tuple[Column, Verdict]]
    refused: list[str]
    kept: list[str]
    """Fields that are blank, and whose stored values stay."""
    repaired: int = 0
    is_rejected: bool = False
    is_shifted: bool = False


class RowJudge:
    """Looks at rows one by one, all columns."""

    def __init__(self, columns: Sequence[Column], rules: FeedRules) -> None:
        self._columns = columns
        self._rules = rules
        self._positions = {column.field.name: at for at, column in enumerate(columns)}
        self._shifts = ShiftFinder(columns, rules)
        self._identifiers = [name for name in IDENTIFIERS if name in self._positions]

    def judge(self, row: Row) -> tuple[list[Issue], str | Rejected]:
        """Return the row's issues, and its line of COPY text without an end, or its rejection."""
        found = self._findings_of_cells(row)
        for name, verdict in row.remarks:
            self._learn(self._columns[self._positions[name]], verdict, found=found)
        self._check_identified(found)
        issues = [self._issue(row, column, verdict) for column, verdict in found.remarks]
        if found.is_shifted:
            student_id = self.student_id(row)
            issues.append(
                Issue(SHIFTED.code or "", Severity.ERROR, SHIFTED.message, row.number, student_id)
            )
        if found.is_rejected:
            return issues, Rejected(row.number, self._mentioned(row, found))
        return issues, _line(row.number, found)

    def _findings_of_cells(self, row: Row) -> _Findings:
        found = _Findings(list(row.texts), [], [], [])
        verdicts: dict[int, Verdict] = {}
        for at, text in enumerate(row.texts):
            column, cell = self._columns[at], row.cells[at]
            if text.startswith(REMARK):
                found.values[at] = text.removeprefix(REMARK)
                verdicts[at] = column.judge.verdict(cell)
            elif cell in column.judge.warned:
                verdicts[at] = column.judge.warned[cell]
            else:
                continue
            self._learn(column, verdicts[at], found=found)
        if self._shifts.is_shifted(row.cells, row.texts, verdicts):
            found.is_shifted = found.is_rejected = True
            for name in found.refused:  # they say nothing of their columns
                self._columns[self._positions[name]].refused -= 1
        else:
            found.remarks += self._oddities(found, verdicts)
        return found

    def _oddities(
        self, found: _Findings, verdicts: Mapping[int, Verdict]
    ) -> Iterator[tuple[Column, Verdict]]:
        """Yield what is told of texts unlike all others of their columns."""
        for at, verdict in verdicts.items():
            column = self._columns[at]
            if verdict.code is None and (
                warning := warning_of(
                    found.values[at],
                    is_identifier=column.is_identifier,
                    is_person=column.is_person,
                )
            ):
                yield column, warning

    def student_id(self, row: Row) -> str | None:
        """Return the row's Student ID as read."""
        at = self._positions.get("student_id")
        return None if at is None else read_identifier(row.texts[at], row.cells[at])

    def _learn(self, column: Column, verdict: Verdict, *, found: _Findings) -> None:
        name = column.field.name
        if verdict.note:
            column.noted[verdict.note] += 1
        if verdict.repaired:
            found.repaired |= 1 << IDENTIFIERS.index(name)
        if verdict.refused:
            if name in found.refused:
                return  # a cell that was refused for itself is not refused twice
            column.refused += 1
            found.refused.append(name)
            found.values[self._positions[name]] = NULL
            found.is_rejected = found.is_rejected or column.is_identifier
        if verdict.keeps_stored:
            found.kept.append(name)
        if verdict.code is not None:
            found.remarks.append((column, verdict))

    def _check_identified(self, found: _Findings) -> None:
        blank = [
            name
            for name in self._identifiers
            if found.values[self._positions[name]] == NULL and name not in found.refused
        ]
        missing = [name for name in blank if name in self._rules.required]
        if len(blank) == len(self._identifiers) and not missing:
            missing = self._identifiers[:1]
        for name in missing:
            column = self._columns[self._positions[name]]
            found.remarks.append((column, MISSING_ID))
            found.is_rejected = True

    def _issue(self, row: Row, column: Column, verdict: Verdict) -> Issue:
        return Issue(
            code=verdict.code or "",
            severity=Severity.ERROR if verdict.refused else Severity.WARNING,
            message=verdict.message,
            row=row.number,
            student_id=self.student_id(row),
            column=column.header,
            field=column.field.name,
            value=shown(row.cells[self._positions[column.field.name]]),
        )

    def _mentioned(self, row: Row, found: _Findings) -> tuple[str, ...]:
        texts = []
        for name in self._identifiers:
            value, cell = found.values[self._positions[name]], row.cells[self._positions[name]]
            texts.append(_bare(cell) if value == NULL else value)
            if found.is_shifted:
                texts += map(_bare, row.cells[max(self._positions[name] - 1, 0) :][:3])
        return tuple(text for text in texts if text)


MISSING_ID: Final = refuse(
    "MISSING_ID",
    "The ID is blank, so this row wasn't imported. Add the ID in your SIS.",
)


def rejections(
    damaged: Sequence[DamagedRecord], columns: Sequence[Column], *, width: int
) -> list[Rejected]:
    """Return the rejections of damaged records, with what in them may be an identifier."""
    positions = [column.index for column in columns if column.is_identifier]
    texts = [_movable(record, positions, width=width) for record in damaged]
    for at, (first, second) in enumerate(pairwise(damaged)):
        if first.code == second.code == "ROW_BROKEN" and first.cells and second.cells:
            texts[at].append(first.cells[-1] + second.cells[0])  # the break may be in one
    return [
        Rejected(record.row, tuple(dict.fromkeys(filter(None, map(_bare, found)))))
        for record, found in zip(damaged, texts, strict=True)
    ]


def _movable(record: DamagedRecord, positions: Sequence[int], *, width: int) -> list[str]:
    """Return the cells in which an identifier may be.

    Delimiters too many or too few move a cell by at most their number.
    """
    texts: list[str] = []
    for position in positions:
        first, last = sorted((position, position + len(record.cells) - width))
        texts += record.cells[max(first, 0) : last + 1]
    if len(record.cells) == 1:  # delimiters that became something else: it begins with whose it is
        texts += _PARTS.split(record.cells[0], 2)[:2]
    return texts[:MOST_MENTIONED]


def _line(number: int, found: _Findings) -> str:
    staying = [*found.refused, *found.kept]
    refused = "{" + ",".join(staying) + "}" if staying else NULL
    return "\t".join([str(number), *found.values, str(found.repaired), refused])


def read_identifier(text: str, cell: str) -> str | None:
    """Return an identifier as read, `text` being its COPY text; what was refused as it was."""
    value = text.removeprefix(REMARK)
    return (value if value != NULL else shown(cell)) or None


def shown(cell: str) -> str:
    """Return a cell as people and PostgreSQL can read it, not longer than they like."""
    text = cells.shown(cell).strip(OUTER_BLANKS)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _bare(cell: str) -> str:
    """Return what may be an identifier in a cell that was refused: no quotes, no wrapping."""
    return shown(cell).strip("\"'= ")
