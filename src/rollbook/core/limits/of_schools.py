"""What holds an import because of single schools, however small their part of the district is."""

import hashlib
from collections.abc import Mapping
from typing import Final

from rollbook.core.limits.limit import Limit

LEAST_OF_SCHOOL: Final = 10
"""Below this number of students of one school, no share holds an import."""

_ADVICE: Final = (
    "See below which schools, and check that the export has all of their students, with the same "
    "Student IDs as before. If it's right, import it anyway."
)
_ONE_SCHOOL: Final = "one_school_limit"

SCHOOL_LIMITS: Final[Mapping[str, Limit]] = {
    "schools_gone": Limit(
        "Students of schools that are gone",
        "{schools} of the last file, with {part:,} students, would have none left.",
        "See below which schools, and check whether they closed or were renamed. If it's right, "
        "import it anyway.",
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
        is_once=True,
    ),
    "schools_missing": Limit(
        "Missing students, at schools losing most of theirs",
        "{part:,} of the {whole:,} students of {schools} are missing. Your limit is {percent}% "
        "for one school.",
        _ADVICE,
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
    ),
    "schools_opened": Limit(
        "Students of schools that the last file didn't have",
        "{schools} that the last file didn't have would have {part:,} students.",
        "See below which schools, and check whether they are new or were renamed. If it's right, "
        "import it anyway.",
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
        is_once=True,
    ),
    "schools_new": Limit(
        "New students, at schools where most are new",
        "{part:,} of the {whole:,} students of {schools} are new. Your limit is {percent}% for "
        "one school.",
        _ADVICE,
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
    ),
    "schools_rejected": Limit(
        "Rejected rows, at schools where most are rejected",
        "The rows of {part:,} of {whole:,} students of {schools} were rejected. Your limit is "
        "{percent}% for one school.",
        "Fix what is listed below and import again, or import the rest now.",
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
    ),
    "schools_moved": Limit(
        "Students in another school or grade, at schools where most are",
        "{part:,} of the {whole:,} students of {schools} would be in another school or grade. "
        "Your limit is {percent}% for one school.",
        "See below which schools, and check that it's the right file for this school year. If it "
        "is, import it anyway.",
        least=LEAST_OF_SCHOOL,
        setting="moved_limit",
    ),
    "schools_promoted": Limit(
        "Students moving up a grade, at schools where most do",
        "{part:,} of the {whole:,} students of {schools} would be in another school or grade, "
        "most of them in the next grade, and no promotion is expected now.",
        "Check whether students were moved up too early in your SIS. If they move up now, import "
        "it anyway. You can set the day of the next promotion in the feed's settings.",
        least=LEAST_OF_SCHOOL,
        setting="moved_limit",
    ),
}


def key_of_school(kind: str, school: str) -> str:
    """Return under which key is kept what was found, and accepted, of one school.

    A column of schools that holds something else may hold names of students: no text of a file gets
    into the audit log.
    """
    return f"{kind} {hashlib.sha256(school.encode()).hexdigest()[:16]}"


def kind_and_school(key: str) -> tuple[str, str]:
    """Return the kind of a key, and the digest of its school; blank where it is of none."""
    kind, _, school = key.partition(" ")
    return kind, school
