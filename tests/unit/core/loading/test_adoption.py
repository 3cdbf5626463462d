"""The note on the first import beside other students adds up, whatever is found."""

from typing import Any

import pytest

from rollbook.core.loading.adoption import Adoption

BEFORE = "This is the first import into a table that already had students."


def note(**counts: Any) -> str:
    zeros = dict.fromkeys(Adoption.__slots__, 0)
    (text,) = Adoption(**zeros | counts).notes()
    return text.removeprefix(BEFORE).strip()


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"matched": 6}, "Of the 6 students already there, 6 are in the file."),
        (
            {"matched": 1, "new": 1},
            "Of the 1 student already there, 1 is in the file. 1 student is new.",
        ),
        (
            {"known_not_in_file": 2, "new": 3},
            "Of the 2 students already there, 0 are in the file, and 2 aren't in it. "
            "3 students are new.",
        ),
        (
            {"matched": 3, "differing_schools": 2, "named_only_by_rejected_rows": 2},
            "Of the 5 students already there, 3 are in the file (2 in another school), and 2 "
            "are only in rows that were rejected.",
        ),
        (
            {"matched": 3, "second_records": 1, "known_not_in_file": 1},
            "Of the 4 students already there, 3 are in the file, and 1 isn't in it. "
            "1 student of the file may be there twice.",
        ),
    ],
)
def test_who_was_there_adds_up(counts: dict[str, int], said: str) -> None:
    assert note(**counts) == said


def test_a_new_student_who_may_be_there_is_one_of_the_new_ones() -> None:
    assert note(new=1, new_possible_twins=1).endswith(
        "Of the 1 new student, 1 may already be there under another number."
    )
