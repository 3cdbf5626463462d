"""What a run came to, as one object: the `--json` object of the contract, stored with the job."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from rollbook.core import cells
from rollbook.core.catalogue.students import FIX_IT_REASON, FIX_IT_ROW
from rollbook.core.errors import Message, RollbookError
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.file_set import place_in, place_object
from rollbook.core.issues import Findings, Issue
from rollbook.core.layouts.layout import FileLayout
from rollbook.core.mapped_texts import MappedTexts
from rollbook.core.measure import Measure
from rollbook.core.profile.filled import NOTHING as FILLED_NOTHING
from rollbook.core.profile.filled import Filled
from rollbook.core.sources.arrival import Served
from rollbook.core.table import FileFacts

EXIT_CODE_OF_HELD: Final = 7
"""Of an import that waits for a decision."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Student records of the file. `total` is the sum of the next five; the tests prove it."""

    total: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    duplicates: int = 0
    missing_from_file: int = 0
    """Students of this feed who are not in the file; they are left as they are."""
    combined: int = 0
    """Further rows of the same students, such as their tests of other terms, beside `total`."""
    left_out: int = 0
    """Rows that the file's layout leaves out by declaration, beside `total`."""

    @classmethod
    def from_object(cls, found: Mapping[str, int]) -> "Counts":
        """Return the counts of a stored report."""
        return cls(**{each.name: found.get(each.name, 0) for each in fields(cls)})


@dataclass(slots=True)
class Report:
    """One run. Holds no student's value, so that it can be stored and mailed."""

    status: str = "running"
    reason: str | None = None
    phase: str | None = None
    dry_run: bool = False
    stored: bool = False
    message: Message | None = None
    """What everybody may read where the run did not complete."""
    file: dict[str, Any] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    seconds: dict[str, float] = field(default_factory=dict)
    columns_set_aside: tuple[str, ...] = ()
    adoption: Mapping[str, int] | None = None
    """Of the first import into a table that had students: who of them is in the file."""
    protected: Mapping[str, int] | None = None
    """What was done about protected values; None where there were none."""
    errors: int = 0
    warnings: int = 0
    by_code: dict[str, int] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    """The file's header, for the fix-it file; not part of the object."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Students changed per field and school, new ones per school; not part of the object."""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """The feed's settings that were used; not part of the object."""
    version: int | None = None
    """Of these settings; not part of the object."""
    brought: tuple[str, ...] = ()
    """The fields that the file brings, without columns set aside; not part of the object."""
    claimed: tuple[str, ...] = ()
    """Those without an owner of which it stored values; not part of the object."""
    filled: Filled = FILLED_NOTHING
    """How many rows have a value in each column; not part of the object."""
    mapped: MappedTexts | None = None
    """In how many rows texts of the feed's mapping were; not part of the object."""
    left_out_rows: tuple[int, ...] = ()
    """Of our own fix-it file: the rows that its layout left out; not part of the object."""
    fingerprint: str | None = None
    """Of the values of these fields as the import left them; not part of the object."""
    made_on: str = ""
    """The day on which the file says that it was made, as 2026-11-28; not part of the object."""
    is_outdated: bool = False
    """The file brought the feed up to no later day: a fix-it file, or one older than the last; not
    part of the object."""
    is_transient: bool = False
    """Whether a failure may pass on its own; not part of the object."""
    served: Served | None = None
    """The file as its server described it, where it came from one; not part of the object."""
    undone: Mapping[str, Any] | None = None
    """When the import was undone, who did it, and what came of that."""
    measures: dict[str, Measure] = field(default_factory=dict)
    """What was compared with the limits, by the kinds of `limits.LIMITS`; not part of the object.
    """

    @property
    def what(self) -> str:
        """Return what happened, of the message."""
        return "" if self.message is None else self.message.what

    @property
    def message_text(self) -> str | None:
        """Return the message in one piece."""
        return None if self.message is None else str(self.message)

    def fail(self, error: RollbookError) -> None:
        """Set `failed`, with the reason and the sentence of `error`."""
        self.status, self.reason, self.message = "failed", error.reason, error.message
        self.is_transient = error.is_transient

    def hold(self, why: str, *, advice: str) -> None:
        """Set `held`: nothing is written until an administrator has decided; each reason counts."""
        if self.status == "held" and self.message is not None:
            before = self.message
            why = f"{before.what} {why}"
            advice = _together(before.advice, advice)
        self.status, self.reason = "held", "held"
        self.message = Message(why, "Nothing was changed.", advice)

    def learn_fetched(self, *, name: str, size: int, sha256: str) -> None:
        self.file |= {"name": name, "size": size, "sha256": sha256}
        self.file |= {"same_as": None, "layout": None}

    def learn_facts(self, facts: FileFacts) -> None:
        self.file |= {
            "kind": facts.kind,
            "encoding": facts.encoding,
            "delimiter": facts.delimiter,
            "header_row": facts.header_row,
            "worksheet": facts.worksheet,
        }
        if facts.files:
            self.file["files"] = [{"name": name} for name in facts.files]

    def learn_layout(self, layout: FileLayout | None) -> None:
        self.file["layout"] = None if layout is None else asdict(layout)

    def learn_findings(self, findings: Findings) -> None:
        self.errors, self.warnings = findings.errors, findings.warnings
        self.by_code = dict(findings.by_code.most_common())
        self.file["notes"] = list(findings.notes)

    @classmethod
    def from_object(cls, found: Mapping[str, Any], *, message: Message | None = None) -> "Report":
        """Return the report of an object that `as_object` gave, of this version or an earlier one.

        `message` are the parts of its message, where they are known; whatever an earlier version
        did not write has the value of a report that has only just begun.
        """
        text, issues = found.get("message"), found.get("issues") or {}
        return cls(
            status=found["status"],
            reason=found.get("reason"),
            phase=found.get("phase"),
            dry_run=bool(found.get("dry_run")),
            stored=bool(found.get("stored")),
            message=message or (Message(text) if text else None),
            file=dict(found.get("file") or {}),
            counts=Counts.from_object(found.get("counts") or {}),
            seconds=dict(found.get("seconds") or {}),
            columns_set_aside=tuple(found.get("columns_set_aside") or ()),
            adoption=found.get("adoption"),
            protected=found.get("protected"),
            errors=issues.get("errors", 0),
            warnings=issues.get("warnings", 0),
            by_code=dict(issues.get("by_code") or {}),
            undone=found.get("undone"),
        )

    def as_object(self, job: int | None) -> dict[str, Any]:
        """Return the object of the contract, without `issue_list`."""
        return {
            "job": job,
            "status": self.status,
            "reason": self.reason,
            "message": self.message_text,
            "phase": self.phase,
            "dry_run": self.dry_run,
            "stored": self.stored,
            "file": self.file,
            "counts": asdict(self.counts),
            "issues": {"errors": self.errors, "warnings": self.warnings, "by_code": self.by_code},
            "columns_set_aside": list(self.columns_set_aside),
            "adoption": None if self.adoption is None else dict(self.adoption),
            "protected": None if self.protected is None else dict(self.protected),
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        } | ({} if self.undone is None else {"undone": dict(self.undone)})


def _together(*texts: str) -> str:
    """Return the sentences of texts, none of them twice: what to look at, and at the end once when
    to import the file anyway."""
    split = (each for text in texts for each in re.split(r"(?<=[.!?])\s+(?=[A-Z])", text))
    sentences = dict.fromkeys(filter(None, split))
    *others, last = [each for each in sentences if each.endswith(" anyway.")] or [""]
    kept = [each for each in sentences if each != last and each not in others]
    if others:
        last = "If all of this is right, import it anyway."
    return " ".join(filter(None, [*kept, last]))


def issue_objects(issues: Iterable[Issue], file: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return issues as `issue_list` writes them. They hold students' values.

    `file` is what the report says of the file.
    """
    return [
        {
            **place_object(issue.row, file),
            "student_id": issue.student_id,
            "column": issue.column,
            "field": issue.field,
            "code": issue.code,
            "severity": issue.severity.value,
            "value": None if issue.value is None else cells.shown(issue.value),
            "message": issue.message,
        }
        for issue in issues
    ]


def correctable(row: Sequence[str], values: Sequence[str | None]) -> list[str]:
    """Return a rejected row's cells as the fix-it file keeps them. A damaged row may be longer.

    `values`: what is stored of each column. Text has no marks: what was refused for its mark must
    not come back as a value, nor as a blank, which may clear one; so an error, several texts or a
    stray byte, and a date where a value is stored, becomes FIX_IT_CELL. A date that only says which
    rows count comes back as it was. An identifier that was a workbook's number keeps a decimal
    point, by which reading knows that it may have lost its zeros.
    """
    return [_correctable(*each) for each in zip_longest(row, values[: len(row)])]


def _correctable(cell: str, value: str | None) -> str:
    mark, text = cells.split_mark(cell)
    is_lost = mark in (cells.ERROR, cells.SEVERAL, cells.LACKING) or cells.has_undecodable(cell)
    if is_lost or (mark == cells.DATE and value is not None):
        return cells.FIX_IT_CELL
    is_repaired = mark == cells.NUMBER and value in IDENTIFIERS and text.isdigit()
    return f"{text}.0" if is_repaired else cells.shown(cell)


def undone_at(report: Report) -> datetime | None:
    """Return when the import was undone; None where it was not, or another program wrote that."""
    try:
        return datetime.fromisoformat((report.undone or {})["at"])
    except (KeyError, TypeError, ValueError):
        return None


def nothing_to_fix(number: int) -> str:
    """Return the text in place of a fix-it file without a row."""
    return f"No row of import {number} was rejected, so there is nothing to fix."


def fix_it_rows(
    header: Sequence[str],
    rejected: Iterable[tuple[int, Sequence[str]]],
    errors: Mapping[int, Sequence[str]],
    file: Mapping[str, Any],
) -> Iterator[list[str]]:
    """Return the fix-it file: header and rejected rows as they are, row and reason in front.

    `errors` are the sentences by row number.
    """
    yield [FIX_IT_ROW, FIX_IT_REASON, *header]
    for row, cells_of_row in rejected:
        reason = " ".join(errors.get(row, ()))
        yield [place_in(row, file), reason, *map(cells.shown, cells_of_row)]


_NAME_OF_FIXES: Final = re.compile(r"import-([1-9][0-9]{0,8})-fix(?:-it|ed-rows)(?![a-z])")


def fix_it_name(job: int, *, fixed: bool = False) -> str:
    """Return the name of the fix-it file of an import; `fixed`: of rows that are fixed already."""
    return f"import-{job}-{'fixed-rows' if fixed else 'fix-it'}.csv"


def job_of_fix_it_name(name: str) -> int | None:
    """Return the import that such a file is of, as browsers and spreadsheets may have renamed it;
    None where its name says nothing."""
    found = _NAME_OF_FIXES.match(name)
    return None if found is None else int(found[1])
