"""What is said of a student who is in a file twice: the same by a check and by an import."""

from collections.abc import Mapping, Sequence
from typing import Final

from rollbook.core.file_set import place_of

NAMED_ROWS: Final = 5
"""Other rows that a sentence names."""

TEXTS: Final[Mapping[str, str]] = {
    "DUPLICATE_ROW": "Same as row {rows}. Counted once; nothing is lost.",
    "DUPLICATE_STUDENT": (
        "Row{s} {rows} {has} the same student with different values, so none of these rows was "
        "imported. Keep only the right one."
    ),
    "ENROLLED_TWICE": (
        "Row{s} {rows} {has} the same student, and only the school or grade differs: these are "
        "several enrollments. None of these rows was imported, because a student has one school "
        "and one grade here. Export only the primary enrollment, or add the day on which each "
        "starts, so that a layout can choose."
    ),
    "SSID_SHARED": (
        "Row{s} {rows} {has} another student with the same SSID, so none of these rows was "
        "imported. Fix the SSIDs in your SIS."
    ),
    "STUDENT_DISPUTED": (
        "Row{s} {rows} of the file, which can't be imported, {names} the same student, so we "
        "can't tell which row is right. None of them was imported. Fix the student in your SIS, "
        "or keep only the right row."
    ),
}
"""Code of an issue -> its sentence, filled by `about_rows`."""

OF_ENROLLMENT: Final = ("school", "grade")
"""Fields in which alone two enrollments of a student differ."""


def about_rows(sentence: str, others: Sequence[int]) -> str:
    """Return the sentence with the numbers of the other rows that it is about."""
    is_several = len(others) > 1
    rows = ", ".join(place_of(row).plain for row in others[:NAMED_ROWS])
    return sentence.format(
        rows=f"{rows} and others" if len(others) > NAMED_ROWS else rows,
        s="s" if is_several else "",
        has="have" if is_several else "has",
        names="name" if is_several else "names",
        is_one="are other enrollments" if is_several else "is another enrollment",
        says="say" if is_several else "says",
    )
