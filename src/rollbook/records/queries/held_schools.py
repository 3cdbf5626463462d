"""What a held file does to each school: the numbers of its students before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.limits.of_schools import key_of_school
from rollbook.core.loading.school_names import school_key
from rollbook.records.queries.jobs import JobView

REASONS: Final[Mapping[str, str]] = {
    "schools_gone": "Gone",
    "schools_missing": "Most are missing",
    "schools_opened": "Not in the last file",
    "schools_new": "Most are new",
    "schools_rejected": "Most rows rejected",
    "schools_moved": "Most change school or grade",
    "schools_promoted": "Most go up a grade",
}
"""Kind of a limit of one school -> the same of one, in words."""


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """Students of one school: in the last file and in this one, and what becomes of them."""

    name: str
    before: int
    now: int
    missing: int
    new: int
    rejected: int
    moved: int
    """In another school or grade."""
    reasons: Sequence[str]
    """Why it holds the import, in words."""


def school_lines(job: JobView) -> list[SchoolLine]:
    """Return the schools of a held import, those that hold it first, then by their difference.

    [] where they were not compared.
    """
    report = job.report
    numbers: Mapping[str, Sequence[int]] = (report.changes.get("roster") or {}).get("numbers") or {}
    lines = []
    for name, (before, now, missing, new, rejected, moved) in numbers.items():
        keys = {kind: key_of_school(kind, school_key(name)) for kind in REASONS}
        reasons = [words for kind, words in REASONS.items() if keys[kind] in report.measures]
        lines.append(SchoolLine(name, before, now, missing, new, rejected, moved, reasons))
    return sorted(
        lines, key=lambda each: (not each.reasons, -abs(each.now - each.before), each.name)
    )
