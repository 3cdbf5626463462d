"""Judges a file chunk by chunk: what is staged, what is rejected, every issue of every row."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import itemgetter
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.field import Field, Percent
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.verdict import OUTER_BLANKS, Verdict, refuse
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.rules import FeedRules
from rollbook.core.table import Chunk
from rollbook.core.validation.percentages import AMBIGUOUS, RowScale
from rollbook.core.validation.rules import PlausibilityRules
from rollbook.core.validation.scale import PercentScale, bare_number
from rollbook.core.validation.values import NULL, ColumnJudge

IDENTIFIERS: Final = ("student_id", "ssid")
REFUSED_SHARE: Final = 10
"""Percent of a column's filled cells that may be refused before it is set aside."""

FEWEST_REFUSED: Final = 5

MISSING_ID: Final = refuse(
    "MISSING_ID",
    "The row has no {header}, so it cannot be told whose it is; it was not imported. Complete it "
    "in the SIS.",
)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not imported; `mentioned` are its texts that may name a student."""

    row: int
    mentioned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged chunk: the staged rows as COPY text, and the rejected ones."""

    copy_text: str
    rejected: list[Rejected]
    accepted: int


@dataclass(frozen=True, slots=True)
class _Column:
    index: int
    field: Field
    header: str
    judge: ColumnJudge


@dataclass(slots=True)
class _Work:
    """One chunk on the bench."""

    chunk: Chunk
    raw: dict[str, Sequence[str]]
    texts: dict[str, list[str]]
    issues: list[tuple[int, Issue]]
    rejected: set[int]
    refused: dict[int, list[str]]
    repaired: dict[int, int]


class Validator:
    """One file's validation. `fields` are the columns' meanings, None where there is none."""

    def __init__(
        self,
        fields: Sequence[Field | None],
        header: Sequence[str],
        *,
        catalogue: Catalogue,
        rules: FeedRules,
        findings: Findings,
        percent_scale: PercentScale,
    ) -> None:
        self._rules = rules
        self._findings = findings
        self._scale = percent_scale
        self._columns = tuple(
            _Column(index, field, header[index], ColumnJudge(self._judge_of(field)))
            for index, field in enumerate(fields)
            if field is not None
        )
        self._by_name = {column.field.name: column for column in self._columns}
        self.staged_fields = tuple(column.field for column in self._columns)
        self._plausible = PlausibilityRules(tuple(self._by_name))
        self._row_scale = RowScale(percent_scale, was_told=rules.percent_scale != "auto")
        self._filled: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._non_scores: Counter[str] = Counter()
        self.records = 0

    def judge(self, chunk: Chunk) -> Judged:
        """Judge a chunk; its issues go to the findings in the order of the file."""
        by_column = list(zip(*chunk.records, strict=True))
        raw = {
            column.field.name: by_column[column.index] if by_column else ()
            for column in self._columns
        }
        work = _Work(chunk, raw, {}, [], set(), {}, {})
        for column in self._columns:
            self._judge_column(column, work)
        self._judge_scales(work)
        self._reject_nameless(work)
        self._judge_plausibility(work)
        self._tell_of_records(work)
        self._count(work)
        work.issues.sort(key=itemgetter(0))
        self._findings.add(issue for _, issue in work.issues)
        return Judged(_lines(work), self._rejections(work), len(chunk.rows) - len(work.rejected))

    def columns_set_aside(self) -> list[Field]:
        """Return the columns of which too much was refused, and say so. Once, at the end."""
        aside = []
        for column in self._columns:
            name = column.field.name
            refused, filled = self._refused[name], self._filled[name]
            too_many = refused * 100 > filled * REFUSED_SHARE
            if name in IDENTIFIERS or refused < FEWEST_REFUSED or not too_many:
                continue
            aside.append(column.field)
            self._findings.add([_set_aside(column, refused, filled)])
        for name, count in self._non_scores.items():
            self._findings.note(
                f"{self._by_name[name].header}: {count:,} cells say in words that there is no "
                "score; they were read as blank."
            )
        return aside

    def _judge_of(self, field: Field) -> Callable[[str], Verdict]:
        type_, rules, mapping = field.type, self._rules, self._rules.values.get(field.name, {})
        factor = self._scale.factor

        def judge(cell: str) -> Verdict:
            if mapping:
                cell = mapping.get(cells.split_mark(cell)[1].strip(OUTER_BLANKS), cell)
            if not isinstance(type_, Percent):
                return type_.judge(cell, rules)
            if factor is None and bare_number(cell):
                return AMBIGUOUS
            return type_.judge_at_scale(cell, rules, factor=factor or 1)

        return judge

    def _judge_column(self, column: _Column, work: _Work) -> None:
        name, judge = column.field.name, column.judge
        judge.forget()
        work.texts[name] = list(map(judge.__getitem__, work.raw[name]))
        for index, verdict in judge.remarks(work.raw[name]):
            if verdict.note:
                self._non_scores[name] += 1
                continue
            if verdict.repaired:
                bit = 1 << IDENTIFIERS.index(name)
                work.repaired[index] = work.repaired.get(index, 0) | bit
            self._tell(column, index, verdict, work=work)
            if verdict.refused and name in IDENTIFIERS:
                work.rejected.add(index)

    def _judge_scales(self, work: _Work) -> None:
        for index, name, verdict in self._row_scale.refused(work.raw):
            # A cell that was refused for itself is not refused twice.
            if name not in work.refused.get(index, ()):
                self._tell(self._by_name[name], index, verdict, work=work)
                work.texts[name][index] = NULL

    def _reject_nameless(self, work: _Work) -> None:
        present = [name for name in IDENTIFIERS if name in self._by_name]
        for name in self._rules.required:
            if NULL in work.texts[name]:
                self._reject_blank(name, work)
        if not set(present) <= set(self._rules.required):
            for index in range(len(work.chunk.rows)):
                if all(work.texts[name][index] == NULL for name in present):
                    work.rejected.add(index)

    def _reject_blank(self, name: str, work: _Work) -> None:
        column = self._by_name[name]
        verdict = Verdict(
            None, MISSING_ID.code, MISSING_ID.message.format(header=column.field.header)
        )
        for index, text in enumerate(work.texts[name]):
            if text == NULL and name not in work.refused.get(index, ()):
                work.rejected.add(index)
                work.issues.append((work.chunk.rows[index], self._issue(
                    column, index, verdict, severity=Severity.ERROR, work=work)))  # fmt: skip

    def _judge_plausibility(self, work: _Work) -> None:
        for found in self._plausible.check(work.texts):
            verdict = Verdict(None, found.code, found.message)
            column = self._by_name[found.field]
            issue = self._issue(column, found.index, verdict, severity=Severity.WARNING, work=work)
            work.issues.append((work.chunk.rows[found.index], issue))

    def _tell_of_records(self, work: _Work) -> None:
        for damaged in work.chunk.damaged:
            issue = Issue(damaged.code, Severity.ERROR, damaged.message, damaged.row)
            work.issues.append((damaged.row, issue))
        for row in work.chunk.stray_quotes:
            message = (
                "A quotation mark stands inside a cell that is not quoted. The cell was kept as it "
                "is written; see that the export doubles quotation marks."
            )
            work.issues.append((row, Issue("STRAY_QUOTE", Severity.WARNING, message, row)))

    def _tell(self, column: _Column, index: int, verdict: Verdict, *, work: _Work) -> None:
        severity = Severity.ERROR if verdict.refused else Severity.WARNING
        issue = self._issue(column, index, verdict, severity=severity, work=work)
        work.issues.append((work.chunk.rows[index], issue))
        if verdict.refused:
            self._refused[column.field.name] += 1
            work.refused.setdefault(index, []).append(column.field.name)

    def _issue(
        self, column: _Column, index: int, verdict: Verdict, *, severity: Severity, work: _Work
    ) -> Issue:
        ids = work.raw.get("student_id")
        return Issue(
            code=verdict.code or "",
            severity=severity,
            message=verdict.message,
            row=work.chunk.rows[index],
            student_id=cells.shown(ids[index]).strip(OUTER_BLANKS) or None if ids else None,
            column=column.header,
            field=column.field.name,
            value=cells.shown(work.raw[column.field.name][index]),
        )

    def _count(self, work: _Work) -> None:
        rows = len(work.chunk.rows)
        self.records += rows + len(work.chunk.damaged)
        for column in self._columns:
            name = column.field.name
            self._filled[name] += rows - work.texts[name].count(NULL)
        for names in work.refused.values():
            self._filled.update(names)

    def _rejections(self, work: _Work) -> list[Rejected]:
        damaged = [
            Rejected(damaged.row, tuple(cell.strip(OUTER_BLANKS) for cell in damaged.cells))
            for damaged in work.chunk.damaged
        ]
        present = [name for name in IDENTIFIERS if name in self._by_name]
        return damaged + [
            Rejected(
                work.chunk.rows[index],
                tuple(
                    text
                    for name in present
                    for text in (
                        work.texts[name][index],
                        cells.shown(work.raw[name][index]).strip(OUTER_BLANKS),
                    )
                    if text not in ("", NULL)
                ),
            )
            for index in sorted(work.rejected)
        ]


def _lines(work: _Work) -> str:
    """Return the accepted rows as COPY text: number, fields, repairs, names of refused cells."""
    rows = len(work.chunk.rows)
    repaired, refused = ["0"] * rows, [NULL] * rows
    for index, bits in work.repaired.items():
        repaired[index] = str(bits)
    for index, names in work.refused.items():
        refused[index] = "{" + ",".join(names) + "}"
    lines = map("\t".join, zip(map(str, work.chunk.rows), *work.texts.values(), repaired, refused,
                               strict=True))  # fmt: skip
    if work.rejected:
        lines = compress(lines, [index not in work.rejected for index in range(rows)])
    text = "\n".join(lines)
    return f"{text}\n" if text else ""


def _set_aside(column: _Column, refused: int, filled: int) -> Issue:
    return Issue(
        "COLUMN_SET_ASIDE",
        Severity.ERROR,
        f"{refused:,} of {filled:,} filled cells of this column were refused, so none of it was "
        "imported; its stored values stay, and all other columns were imported. Usually the SIS "
        "has a new code, or the column holds something else now.",
        column=column.header,
        field=column.field.name,
    )
