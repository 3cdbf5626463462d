"""Which grades take an assessment, and which columns hold its results."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.catalogue.instruments import INSTRUMENTS, grades_in, grades_text
from rollbook.core.catalogue.measures import MEASURES


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("K-2", ("K", "1", "2")),
        ("k – 2, 8", ("K", "1", "2", "8")),
        ("TK to K", ("TK", "K")),
        ("8, 3", ("3", "8")),
        ("none", ()),
        ("", None),
        ("13", None),
        ("5-3", None),
        ("K-5, 8-6", None),
        ("K-", None),
        ("Kindergarten", None),
    ],
)
def test_grades_are_written_as_people_write_them(text: str, grades: object) -> None:
    assert grades_in(text) == grades


@given(st.sets(st.sampled_from(GRADES)))
def test_what_is_written_is_read_again(grades: set[str]) -> None:
    assert set(grades_in(grades_text(grades)) or ()) == grades


def test_every_score_and_level_belongs_to_one_instrument() -> None:
    columns = [name for each in INSTRUMENTS for group in each.columns("t") for name in group]
    assert sorted(columns) == sorted(f"t_{name}" for _, name, _, _ in MEASURES)
    assert all(
        group[0].endswith("_score") and group[1].endswith("_level")
        for each in INSTRUMENTS
        for group in each.columns("t")
    )
