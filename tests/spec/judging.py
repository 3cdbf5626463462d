"""Rows judged as the pipeline judges them, without a file and without a database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Findings, Issue
from rollbook.core.sandbox.answers import JudgedRows
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sandbox.task import Task, Wanted
from rollbook.core.table import Chunk, DamagedRecord, FileFacts, OpenEnd
from rollbook.core.validation.rows import Rejected
from rollbook.core.validation.scale import PercentScale, decide_scale
from rollbook.core.validation.validator import Judged, Validator
from tests.doubles.issue_list import IssueList

CATALOGUE = student_catalogue()
NOTHING = FeedRules()
MEMORY = FileFacts("memory.csv", 0, "delimited")


@dataclass
class ListedTable:
    """A table in memory, in chunks; the header is row 1."""

    header: tuple[str, ...]
    records: Sequence[list[str]]
    damaged: Sequence[DamagedRecord] = ()
    stray_quotes: Sequence[int] = ()
    facts: FileFacts = MEMORY
    open_end: OpenEnd | None = None
    notes: tuple[str, ...] = ()
    chunks_read: int = 0
    chunk_size: int = 400

    @property
    def records_read(self) -> int:
        return len(self.records)

    bytes_read = records_read

    def chunks(self) -> Iterator[Chunk]:
        size = self.chunk_size
        for start in range(0, len(self.records), size):
            self.chunks_read += 1
            part = [list(record) for record in self.records[start : start + size]]
            yield Chunk(list(range(start + 2, start + 2 + len(part))), part)
        if self.damaged or self.stray_quotes:
            yield Chunk([], [], list(self.damaged))


@dataclass
class Outcome:
    """What came of a few rows. Rows count from 2."""

    rows: dict[int, dict[str, str | None]]
    issues: list[Issue]
    rejected: list[Rejected]
    notes: list[str]
    set_aside: list[str]
    validator: Validator
    judged: list[Judged]

    @property
    def codes(self) -> list[str]:
        return [issue.code for issue in self.issues]

    def codes_of(self, row: int) -> set[str]:
        return {issue.code for issue in self.issues if issue.row == row}


def judge(
    fields: str,
    *rows: Sequence[str],
    rules: FeedRules = NOTHING,
    damaged: Sequence[DamagedRecord] = (),
    stray_quotes: Sequence[int] = (),
    scale: PercentScale | None = None,
) -> Outcome:
    """Judge rows whose cells belong to `fields`, names of the catalogue divided by blanks."""
    known = [CATALOGUE.by_name[name] for name in fields.split()]
    header = tuple(field.header for field in known)
    table = ListedTable(header, [list(row) for row in rows])
    listed = IssueList()
    findings = Findings(listed)
    scale = scale or decide_scale(table, known, rules)
    if scale.note:
        findings.note(scale.note)
    validator = Validator(
        known,
        header,
        catalogue=CATALOGUE,
        rules=rules,
        findings=findings,
        percent_scale=scale,
    )
    chunks = list(table.chunks()) or [Chunk([], [])]
    chunks[0].damaged.extend(damaged)
    chunks[0].stray_quotes.extend(stray_quotes)
    judged = [*map(validator.judge, chunks), validator.rest()]
    aside = validator.columns_set_aside()
    return Outcome(
        rows={
            int(values.pop("row_number") or 0): values
            for part in judged
            for values in _staged(part.copy_text, [field.name for field in known])
        },
        issues=listed.issues,
        rejected=[rejected for part in judged for rejected in part.rejected],
        notes=findings.notes,
        set_aside=[field.name for field in aside],
        validator=validator,
        judged=judged,
    )


def judge_cell(field: str, cell: str, rules: FeedRules = NOTHING) -> tuple[str | None, str | None]:
    """Return the value and the code that a cell of a well-identified row comes to."""
    outcome = judge(f"student_id ssid {field}", ["1", "2", cell], rules=rules)
    codes: list[str | None] = [*outcome.codes]
    (code,) = codes or [None]
    return outcome.rows[2][field], code


def _staged(copy_text: str, fields: Sequence[str]) -> Iterator[dict[str, str | None]]:
    names = ["row_number", *fields, "repaired", "refused"]
    for line in copy_text.split("\n")[:-1]:
        yield dict(zip(names, map(unescaped, line.split("\t")), strict=True))


def unescaped(text: str) -> str | None:
    """Read a cell of COPY text as PostgreSQL does."""
    if text == r"\N":
        return None
    letters, read = iter(text), []
    for letter in letters:
        if letter == "\\":
            escaped = next(letters)
            letter = {"t": "\t", "n": "\n", "r": "\r"}.get(escaped, escaped)
        read.append(letter)
    return "".join(read)


def judge_file(*lines: str) -> list[list[str]]:
    """Return the accepted rows of a text file as the limited process says them: the fields."""
    content = "\n".join([*lines, ""]).encode()
    with TemporaryFile() as file, Sandbox(file, TemporaryFile) as sandbox:
        file.write(content)
        file.flush()
        task = Task(Wanted.JUDGED, "students.csv", len(content), CATALOGUE, NOTHING)
        judged = [each for each in sandbox.answers(task) if isinstance(each, JudgedRows)]
    text = "".join(each.copy_text.decode() for each in judged)
    return [line.split("\t")[1:-2] for line in text.splitlines()]  # without row and marks
