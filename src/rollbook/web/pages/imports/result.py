"""The result of an import in short: tiles that lead to their rows, what changed, its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from rollbook.core.quantities import counted, listed
from rollbook.core.report import Report
from rollbook.error_base import without_pointer
from rollbook.records.outcome import Outcome
from rollbook.records.queries.changes import ChangeRecord, change_record, missing_of
from rollbook.records.queries.comparison import has_newer_data, import_before
from rollbook.records.queries.earlier_files import job_of
from rollbook.records.queries.inbox import UNKNOWN_COLUMN
from rollbook.records.queries.issues import Problem
from rollbook.records.queries.jobs import JobView
from rollbook.web.pages.imports.sentences import changed_at, changed_fields, outcome_sentence


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the result. `address` leads to its rows, "" where there are none to see."""

    label: str
    count: int
    note: str
    address: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ColumnsRead:
    """Of the file's columns: how many there are, are known (None: the file's layout says which are
    read), are not known; and which are missing that the import before had, by the catalogue."""

    total: int
    known: int | None
    unknown: int
    missing: Sequence[str]

    @property
    def in_words(self) -> str:
        """How many there are and are known: 57 in the file, 55 known."""
        total = f"{self.total:,} in the file" if self.total else ""
        known = f"{self.known:,} known" if self.known is not None else ""
        return ", ".join(filter(None, [total, known]))


def context_of(
    job: JobView, *, headers: Mapping[str, str], is_administrator: bool
) -> dict[str, Any]:
    """Return what the top of an import's page shows. `headers` are the catalogue's, by field."""
    record = change_record(job.number) if is_administrator else None
    before = import_before(job)
    is_failed = job.outcome is Outcome.FAILED
    # A fix-it file or an older one is no measure of another, nor is another of it.
    is_old = before is not None and (job.report.is_outdated or before.report.is_outdated)
    compared = None if is_old else before
    saved_nothing = job.outcome in (Outcome.FAILED, Outcome.NEEDS_REVIEW)
    return {
        "has_record": record is not None,
        "sentence": outcome_sentence(job.report, missing=missing_of(record, job.report)),
        "tiles": ()
        if is_failed
        else tiles(job, record, compared, is_administrator=is_administrator),
        "records_before": last_time(job.report.counts.total, _of(compared, "total")),
        "beside": () if is_failed else beside(job.report),
        "changed": changed_sentence(job.report, headers),
        "columns_read": None if is_failed else columns_read(job, before, headers),
        "before": before,
        "same_file": job_of(job.report.file.get("same_as")),
        "is_newer": saved_nothing and has_newer_data(job),
    }


def cause_and_others(job: JobView, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return the problem that says once more why the import failed, None elsewhere, and the rest.

    Its value is what is told to administrators alone, such as the names of the files there.
    """
    what = job.message.what if job.outcome is Outcome.FAILED else ""
    cause = next((each for each in problems if what and _says(each, what)), None)
    advice = job.message.advice
    if cause is not None and cause.group.example.value:  # what viewers' pages have not
        advice = without_pointer(advice)
    others = [each for each in problems if each is not cause]
    return {"cause": cause, "advice": advice, "to_fix": others}


def _says(problem: Problem, what: str) -> bool:
    example = problem.group.example
    return example.row is None and example.message.startswith(what)


def tiles(
    job: JobView,
    record: ChangeRecord | None,
    before: JobView | None,
    *,
    is_administrator: bool,
) -> Sequence[Tile]:
    """Return the six numbers of an import; a link where there are rows to see, and what it was in
    the import before where that is another number."""
    counts, done = job.report.counts, job.report.stored

    def changes(part: str, number: int) -> str:
        return _address("job_changes", job, part=part) if record and number else ""

    new, updated = _TENSES[job.outcome is Outcome.UNDONE, done]
    gone = missing_of(record, job.report)
    missing = _missing(gone, counts.missing_from_file)
    last = last_time(counts.missing_from_file, _of(before, "missing_from_file"))
    return (
        Tile("New", counts.inserted, new, changes("new", counts.inserted)),
        Tile("Updated", counts.updated, updated, changes("values", counts.updated)),
        Tile("Unchanged", counts.unchanged, "same as before"),
        *_problem_tiles(job, before, is_administrator=is_administrator),
        Tile(
            "Not in file",
            counts.missing_from_file,
            _beside(missing, last),
            changes("missing", gone),
        ),
    )


def _problem_tiles(
    job: JobView, before: JobView | None, *, is_administrator: bool
) -> Sequence[Tile]:
    errors, warnings = job.report.errors, job.report.warnings

    def rows(severity: str, number: int) -> str:
        return _address("job_rows", job, severity=severity) if is_administrator and number else ""

    return (
        Tile(
            "To fix",
            errors,
            _beside(_rejected(job.report), last_time(errors, _of(before, "errors"), "to fix")),
            rows("error", errors),
            "bad" if errors else "",
        ),
        Tile(
            "Warnings",
            warnings,
            _beside(
                "worth a look" if warnings else "none",
                last_time(warnings, _of(before, "warnings")),
            ),
            rows("warning", warnings),
            "warn" if warnings else "",
        ),
    )


def last_time(now: int, before: int | None, of: str = "") -> str:
    """Say what a number was in the import before, and what it is `of` where other numbers stand
    between; "" where it was the same, or there was none."""
    if before is None or before == now:
        return ""
    return f"{before:,} {of} last time" if of else f"{before:,} last time"


def beside(report: Report) -> Sequence[str]:
    """Return what the tiles do not count, in words."""
    counts, protected = report.counts, report.protected or {}
    found = (
        (counts.duplicates, "repeated row", "counted once"),
        (counts.combined, "further row", "of the same students, such as tests of other terms"),
        (counts.left_out, "row", "left out by the file's layout"),
        (protected.get("kept", 0), "protected value", "kept, though the file says otherwise"),
        (protected.get("agreed", 0), "value", "no longer protected: the file agrees"),
    )
    return [f"{counted(number, noun)} {words}" for number, noun, words in found if number]


def changed_sentence(report: Report, headers: Mapping[str, str]) -> str:
    """Say in one sentence what changed most, or would; "" where nothing did. It has no value."""
    fields = changed_fields(report.changes, headers)
    if not report.counts.updated or not fields:
        return ""
    schools = changed_at(report.changes)
    where = f" at {counted(schools, 'school')}" if schools else ""
    what = listed([f"{header} ({number:,})" for _, header, number in fields[:2]])
    verb = "changed" if report.stored else "would change"
    return f"{counted(report.counts.updated, 'student')} {verb}{where}, most often in {what}."


def columns_read(
    job: JobView, before: JobView | None, headers: Mapping[str, str]
) -> ColumnsRead | None:
    """Return what became of the file's columns; None where no row was read.

    Only of an import that stored something it is known which columns the next one should have. A
    vendor's layout has columns that nobody reads, and not each file of it has all terms.
    """
    report, filled = job.report, job.report.filled
    if not filled.headers:
        return None
    is_plain = not report.file.get("layout")
    earlier = before.report.filled.headers if before is not None and is_plain else {}
    missing = sorted({headers.get(name, name) for name in earlier if name not in filled.headers})
    known = len(set(filled.headers.values())) if is_plain else None
    return ColumnsRead(len(report.header), known, report.by_code.get(UNKNOWN_COLUMN, 0), missing)


def _of(before: JobView | None, name: str) -> int | None:
    if before is None:
        return None
    report = before.report
    numbers = {"errors": report.errors, "warnings": report.warnings, **asdict(report.counts)}
    return int(numbers[name])


def _beside(words: str, more: str) -> str:
    return ", ".join(filter(None, [words, more]))


def _rejected(report: Report) -> str:
    """Say how many rows were not imported, or would not be."""
    rejected = report.counts.rejected
    unit = "problem" if report.errors == 1 else "problems"
    if not rejected:
        return f"{unit}, imported without the value" if report.errors else "nothing"
    return f"{unit}, {counted(rejected, 'row')} not imported"


_TENSES: Final = {
    (False, True): ("added", "got new values"),
    (False, False): ("would be added", "would get new values"),
    (True, True): ("had been added", "had new values until the undo"),
    (True, False): ("had been added", "had new values until the undo"),
}
"""Whether it was undone, and stored -> what is said of new and updated students."""


def _missing(gone: int, count: int) -> str:
    """Say who of those not in the file are missing since this file, and who were before."""
    if not gone:
        return "left as they are"
    earlier = f"{count - gone:,} already missing before" if count > gone else ""
    return _beside(f"{gone:,} since the last file", earlier)


def _address(name: str, job: JobView, **asked: str) -> str:
    return f"{reverse(name, args=[job.number])}?{urlencode(asked)}"
