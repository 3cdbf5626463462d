"""What one cell says of its row: it is meant, it is something else, or nothing is said."""

import pytest

from rollbook.core import cells
from rollbook.core.layouts.kept import Kept, Said
from rollbook.core.layouts.layout import Role

ERROR = f"{cells.ERROR}#N/A"


def kept(*words: str, is_blank_meant: bool = False) -> Kept:
    return Kept(0, Role.SUBJECT, "others", lambda text: text in words, is_blank_meant)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("English", Said.MEANT),
        ("Spanish", Said.OTHER),
        ("", Said.NOTHING),
        (" ", Said.NOTHING),
        ("N/A", Said.NOTHING),
        (ERROR, Said.NOTHING),
    ],
)
def test_a_blank_or_an_error_says_nothing(text: str, said: Said) -> None:
    assert kept("english").says(text) is said


def test_a_word_of_the_layout_counts_although_it_means_blank_elsewhere() -> None:
    assert kept("none", "english").says("None") is Said.MEANT
    assert kept("none", "english").says("-") is Said.NOTHING


def test_where_a_blank_is_meant_an_error_still_says_nothing() -> None:
    column = kept("active", is_blank_meant=True)
    said = [column.says(text) for text in ("", "n/a", "tobedeleted", ERROR)]
    assert said == [Said.MEANT, Said.MEANT, Said.OTHER, Said.NOTHING]
