"""Which names are another person's, and which are spellings of one."""

import pytest
from psycopg import sql

from rollbook.core.loading.renamed import _is_other
from rollbook.core.loading.schools import SchoolMap


@pytest.mark.parametrize(
    ("before", "after", "is_other"),
    [
        ("Ann", "Zoe", True),
        ("Maria", "Marco", False),  # 6 of 10 letters agree
        ("Maria", "Mario", False),
        ("Marcela", "Darnell", True),
        ("Al", "Alexandria", False),
        ("Alexandria", "Al", False),
        ("Ida", "Ida-Wilhelmina Josephine", False),
        ("Muñoz", "MUNOZ", False),
        ("O'Brien", "O Brien Smith", False),
        ("Ann", None, False),
        ("Ann", "", False),
    ],
)
def test_a_name_is_another_where_no_word_and_few_letters_agree(
    before: str, after: str | None, is_other: bool
) -> None:
    assert _is_other(before, after) is is_other


def test_a_school_s_name_goes_into_sql_as_it_is_written() -> None:
    schools = SchoolMap({}, {"Ökö 100%": "7"}, is_readable=True, type=sql.SQL("integer"))
    text = schools.key_of(sql.Identifier("s", "school")).as_string()
    assert '{"Ökö 100\\\\u0025": "7"}' in text
