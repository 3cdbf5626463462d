"""What is said of a student who is in a file twice: the same by a check and by an import."""

from collections.abc import Mapping, Sequence
from typing import Final

from rollbook.core.file_set import place_of

NAMED_ROWS: Final = 5
"""Other rows that a sentence names."""

TEXTS: Final[Mapping[str, str]] = {
    "DUPLICATE_ROW": "The row repeats row {rows} value for value and is not counted again. Nothing "
    "is lost.",
    "DUPLICATE_STUDENT": "The same student is in row{s} {rows} with other values, so none of these "
    "rows is imported. Leave only the right one.",
    "ENROLLED_TWICE": "The same student is in row{s} {rows} too, and only the school or grade "
    "differs: these are several enrollments. None of these rows is imported, because a student has "
    "one school and one grade here. Have the export write only the primary enrollment, or the day "
    "on which each begins, so that a layout can choose.",
    "SSID_SHARED": "Another student of the file, in row{s} {rows}, has the same SSID, so none of "
    "these rows is imported. Correct the SSIDs in the SIS.",
    "STUDENT_DISPUTED": "Row{s} {rows} of the file, which cannot be imported, {names} the same "
    "student, so it is unknown which row is right; none of them is imported. Correct the student "
    "in the SIS, or leave only the right row.",
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
