"""Judges a file chunk by chunk: what is staged, what is rejected, every issue of every row."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.verdict import Verdict
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.mapped_texts import MappedTexts
from rollbook.core.profile.spread import Spread
from rollbook.core.table import Chunk
from rollbook.core.validation.columns import columns_of
from rollbook.core.validation.memory import forget
from rollbook.core.validation.ones import LoneOnes
from rollbook.core.validation.own_headers import OwnHeaders
from rollbook.core.validation.plain_warnings import plain_warnings
from rollbook.core.validation.row_rules import RowRules
from rollbook.core.validation.rows import Rejected, Row, RowJudge, rejections
from rollbook.core.validation.scale import PercentScale
from rollbook.core.validation.values import NULL, REMARK

_CLEAN: Final = f"\t0\t{NULL}\n"
"""How a line without repairs and refusals ends."""

_STRAY_QUOTE: Final = (
    "A quotation mark is in the middle of this cell. The cell is kept as it is written. Check "
    "that the export doubles quotation marks."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged chunk: the accepted rows as COPY text, and the rejected ones.

    A line holds the row number, the staged fields, what was repaired (1: Student ID, 2: SSID) and
    the names of the fields whose cell was refused.
    """

    copy_text: str
    rejected: list[Rejected]
    accepted: int


class Validator:
    """One file's validation. `fields` are the columns' meanings, None where there is none.

    After the last chunk `columns_set_aside` must be called; `records` and `rejected` are counts.
    `sets_aside`: False for corrected rows. They are few, and were wrong before: five refused values
    say nothing of the others in their column.
    """

    def __init__(
        self,
        fields: Sequence[Field | None],
        header: Sequence[str],
        *,
        catalogue: Catalogue,
        rules: FeedRules,
        findings: Findings,
        percent_scale: PercentScale,
        sets_aside: bool = True,
    ) -> None:
        self._sets_aside = sets_aside
        self._rules = rules
        self._findings = findings
        self._width = len(header)
        self._columns = columns_of(fields, header, rules=rules, scale=percent_scale)
        judges = {column.field.name: column.judge for column in self._columns}
        self._row_rules = RowRules(judges, rules, percent_scale)
        self._row_judge = RowJudge(self._columns, rules)
        self._ones = LoneOnes(self._columns, rules)
        self._own_headers = OwnHeaders({each.field.name: each.index for each in self._columns})
        self._memories: list[dict[Any, Any]] = [
            *judges.values(),
            *self._row_rules.memories,
            *self._ones.memories,
        ]
        self._has_reported_columns = False
        self.catalogue = catalogue
        self.staged_fields = tuple(column.field for column in self._columns)
        self.records = 0
        self.rejected = 0

    def judge(self, chunk: Chunk) -> Judged:
        """Judge a chunk; its issues go to the findings in the order of the file.

        Rows that only the whole file can tell about wait for `rest`.
        """
        return self._judge(self._ones.take(chunk))

    def rest(self) -> Judged:
        """Judge the rows that waited, after the last chunk."""
        return self._judge(self._ones.rest())

    def _judge(self, chunk: Chunk) -> Judged:
        forget(self._memories)
        by_column = list(zip(*chunk.records, strict=True)) or [()] * self._width
        cells = [by_column[column.index] for column in self._columns]
        texts = [column.texts(cells[at]) for at, column in enumerate(self._columns)]
        names = (field.name for field in self.staged_fields)
        remarks = self._row_rules.remarks(dict(zip(names, cells, strict=True)))
        lines = list(map("\t".join, zip(map(str, chunk.rows), *texts, strict=True)))
        text = _CLEAN.join([*lines, ""])
        chunk_cells = _ChunkCells(chunk.rows, cells, texts, remarks, lines)
        asked = {*remarks}
        if REMARK in text:
            asked.update(at for at, line in enumerate(lines) if REMARK in line)
        issues = self._issues_of_records(chunk, chunk_cells)
        rejected = rejections(chunk.damaged, self._columns, width=self._width)
        if asked:
            text = self._judge_rows(asked, chunk_cells, issues, rejected)
        warnings = plain_warnings(self._columns, chunk.rows, cells=cells, texts=texts, asked=asked)
        self._own_headers.learn(chunk)
        self._findings.add(self._own_headers.named(warnings.with_more(issues), chunk))
        self.records += len(chunk.rows) + len(chunk.damaged)
        self.rejected += len(rejected)
        accepted = len(chunk.rows) + len(chunk.damaged) - len(rejected)
        return Judged(text, rejected, accepted)

    def columns_set_aside(self) -> list[Field]:
        """Return the columns of which too much was refused; the first call says so."""
        columns = self._columns if self._sets_aside else ()
        aside = [column for column in columns if column.is_set_aside()]
        if not self._has_reported_columns:
            self._has_reported_columns = True
            self._findings.add(
                issue
                for column in aside
                for issue in column.set_aside_issues(self.headers.get(column.field.name, ()))
            )
            for column in self._columns:
                for note in column.notes(self._rules):
                    self._findings.note(note)
        return [column.field for column in aside]

    @property
    def filled(self) -> dict[str, int]:
        """How many rows have a value in each column, by field; those of rejected rows included."""
        return {each.field.name: each.filled for each in self._columns}

    @property
    def headers(self) -> dict[str, tuple[str, ...]]:
        """The headers of the file that filled each column, by field, where they are several."""
        return self._own_headers.by_field()

    @property
    def spreads(self) -> dict[str, Spread]:
        """How the values of each column are spread, by field, where there are enough."""
        found = {each.field.name: each.spread() for each in self._columns}
        return {name: spread for name, spread in found.items() if spread.groups}

    @property
    def mapped(self) -> MappedTexts:
        """In how many rows each text of the feed's own mapping was."""
        values: dict[str, dict[str, int]] = {}
        markers: dict[str, dict[str, int]] = {}
        for column in self._columns:
            for text, rows in column.mapped.items():
                found = markers if text.is_marker else values
                of_field = found.setdefault(column.field.name, {})
                of_field[text.text] = of_field.get(text.text, 0) + rows
        return MappedTexts(values, markers)

    @property
    def uneven(self) -> frozenset[str]:
        """The identifiers whose values, those of rejected rows included, differ in length."""
        return frozenset(each.field.name for each in self._columns if len(each.lengths) > 1)

    def _issues_of_records(self, chunk: Chunk, chunk_cells: "_ChunkCells") -> list[Issue]:
        issues = [
            Issue(damaged.code, Severity.ERROR, damaged.message, damaged.row, column=damaged.column)
            for damaged in chunk.damaged
        ]
        for row in chunk.stray_quotes:
            student_id = self._row_judge.student_id(chunk_cells.row(chunk.rows.index(row)))
            issues.append(Issue("STRAY_QUOTE", Severity.WARNING, _STRAY_QUOTE, row, student_id))
        return issues

    def _judge_rows(
        self,
        asked: Container[int],
        chunk_cells: "_ChunkCells",
        issues: list[Issue],
        rejected: list[Rejected],
    ) -> str:
        """Judge the rows at `asked` one by one; return the chunk's lines as they then are."""
        lines: list[str] = []
        for index, line in enumerate(chunk_cells.lines):
            if index not in asked:
                lines.append(line + _CLEAN)
                continue
            found, outcome = self._row_judge.judge(chunk_cells.row(index))
            issues += found
            if isinstance(outcome, Rejected):
                rejected.append(outcome)
            else:
                lines.append(f"{outcome}\n")
        return "".join(lines)


@dataclass(frozen=True, slots=True)
class _ChunkCells:
    """One chunk being judged, by column."""

    rows: Sequence[int]
    cells: Sequence[Sequence[str]]
    texts: Sequence[Sequence[str]]
    remarks: dict[int, list[tuple[str, Verdict]]]
    lines: Sequence[str]

    def row(self, index: int) -> Row:
        return Row(
            self.rows[index],
            [column[index] for column in self.cells],
            [column[index] for column in self.texts],
            self.remarks.get(index, ()),
        )
