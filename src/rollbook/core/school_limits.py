"""What holds an import because of single schools, however small their part of the district is."""

import hashlib
from collections.abc import Mapping
from typing import Final

from rollbook.core.limit import Limit

LEAST_OF_SCHOOL: Final = 10
"""Below this number of students of one school, no share holds an import."""

_ADVICE: Final = (
    "See below which schools, and whether the export has all of their students, with the Student "
    "IDs that they had. If it is right, decide to apply it as it is."
)
_ONE_SCHOOL: Final = "one_school_limit"

SCHOOL_LIMITS: Final[Mapping[str, Limit]] = {
    "schools_gone": Limit(
        "Students of schools that are gone",
        "{schools} of the last file, with {part:,} students, would have none left.",
        "See below which schools, and whether they are closed, or were renamed. If it is "
        "right, decide to apply it as it is.",
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
        is_once=True,
    ),
    "schools_missing": Limit(
        "Missing students of schools losing most of theirs",
        "{part:,} of the {whole:,} students of {schools} are missing, of each more than the "
        "{percent} % that this feed allows of one school. From May to September, a class that ends "
        "is not counted.",
        _ADVICE,
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
    ),
    "schools_opened": Limit(
        "Students of schools that the last file did not have",
        "{schools} that the last file did not have would have {part:,} students.",
        "See below which schools, and whether they are new, or were renamed. If it is "
        "right, decide to apply it as it is.",
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
        is_once=True,
    ),
    "schools_new": Limit(
        "New students of schools where most are new",
        "{part:,} of the {whole:,} students of {schools} are new, of each more than the "
        "{percent} % that this feed allows of one school. From May to September, a class that "
        "starts is not counted.",
        _ADVICE,
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
    ),
    "schools_rejected": Limit(
        "Students of schools where most rows are rejected",
        "Of {schools}, the rows of {part:,} of {whole:,} students were rejected, of each more "
        "than the {percent} % that this feed allows of one school.",
        "See what is wrong below, have the file corrected and import it again; or decide to apply "
        "it as it is.",
        least=LEAST_OF_SCHOOL,
        setting=_ONE_SCHOOL,
    ),
    "schools_moved": Limit(
        "Students of schools where most change school or grade",
        "{part:,} of the {whole:,} students of {schools} would be in another school or grade, of "
        "each more than the {percent} % that this feed allows of one school.",
        "See below which schools, and whether it is the right file, of this school year. If it is, "
        "decide to apply it as it is.",
        least=LEAST_OF_SCHOOL,
        setting="moved_limit",
    ),
    "schools_promoted": Limit(
        "Students of schools where most go up to the next grade",
        "{part:,} of the {whole:,} students of {schools} would be in another school or grade, most "
        "of them in the next grade, and no promotion is expected now.",
        "See whether the school year has been turned too early in the SIS. If students go up now, "
        "decide to apply it as it is. The day of the next promotion can be set beforehand among "
        "the feed's settings.",
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
