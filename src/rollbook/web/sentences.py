"""What pages say of a job, in sentences. None of them holds a student's value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollbook.records.outcome import Outcome
from rollbook.records.problems import Effect

EFFECTS: Mapping[Effect, tuple[str, str]] = {
    Effect.ROW_REFUSED: ("bad", "Row not imported"),
    Effect.VALUE_REFUSED: ("warn", "Imported without this value"),
    Effect.COLUMN_SKIPPED: ("warn", "Concerns the whole file"),
    Effect.KEPT: ("info", "Imported, worth a look"),
}
"""Tone and words for what an issue means for the data."""

PHASES: Mapping[str, str] = {
    "connecting": "Connect",
    "downloading": "Download",
    "parsing": "Find the table",
    "validating": "Read and check",
    "importing": "Save",
}
"""The steps of an import, in their order, as people see them."""


@dataclass(frozen=True, slots=True)
class CountLine:
    """One of the counts that add up to the records of the file."""

    key: str
    words: str
    meaning: str
    count: int


def outcome_sentence(report: Mapping[str, Any]) -> str:
    """Say in one sentence what became of the data."""
    counts, issues = report["counts"], report["issues"]
    if report["status"] != "completed":
        return "Nothing was changed."
    if report["reason"] == "file_unchanged":
        return "The file is the same as last time, so there was nothing to do."
    if report["dry_run"]:
        return "This was only a check: nothing was changed. The counts say what would be saved."
    parts = [
        f"{counts[key]:,} {words}"
        for key, words in (("inserted", "new"), ("updated", "updated"), ("unchanged", "unchanged"))
        if counts[key]
    ]
    saved = f"{_joined(parts) or 'No students'} of {counts['total']:,} students in the file."
    if counts["rejected"]:
        saved += f" {_rows(counts['rejected'])} could not be imported."
    elif issues["errors"]:
        saved += f" {issues['errors']:,} values could not be imported."
    return saved


def failure(report: Mapping[str, Any]) -> tuple[str, str]:
    """Return what happened and what to do; that nothing was changed is said by the page."""
    what, _, advice = (report.get("message") or "").partition(" Nothing was changed.")
    return what.strip(), advice.strip()


def count_lines(counts: Mapping[str, int]) -> Sequence[CountLine]:
    """Return the counts that add up to the total."""
    told = (
        ("inserted", "New students", "added"),
        ("updated", "Updated", "at least one value is new"),
        ("unchanged", "Unchanged", "left as they were"),
        ("duplicates", "Repeated rows", "the same student again, counted once"),
        ("rejected", "Rejected", "not imported, see what to fix"),
    )
    return [CountLine(key, words, meaning, counts[key]) for key, words, meaning in told]


def announcement(outcome: Outcome, *, step: int, phase: str, percent: int | None) -> str:
    """Return what a screen reader is told of a running import: phases and every quarter."""
    if outcome is Outcome.WAITING:
        return "The import waits for a worker."
    if outcome.is_over:
        return "The import has ended."
    quarter = f", {percent // 25 * 25} percent" if percent is not None and percent >= 25 else ""
    return f"Step {step} of {len(PHASES)}: {PHASES.get(phase, phase)}{quarter}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _joined(parts: Sequence[str]) -> str:
    *before, last = parts or [""]
    return f"{', '.join(before)} and {last}" if before else last
