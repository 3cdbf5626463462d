"""Terms are named by season and year."""

import pytest

from rollbook.core.catalogue.terms import INITIAL_TERMS, Term, parse_term_name
from rollbook.core.errors import UsageError


@pytest.mark.parametrize("text", ["Winter 2026", "winter 2026", "  WINTER   2026 ", "winter_2026"])
def test_a_terms_name_is_understood_however_it_is_written(text: str) -> None:
    assert parse_term_name(text) == "Winter 2026"
    assert Term(parse_term_name(text)).key == "winter_2026"


@pytest.mark.parametrize("text", ["", "2026", "Winter", "Winter 26", "Winter 2026; DROP TABLE x"])
def test_anything_else_is_no_term(text: str) -> None:
    with pytest.raises(UsageError, match="season"):
        parse_term_name(text)


def test_two_terms_are_there_from_the_start() -> None:
    assert [term.key for term in INITIAL_TERMS] == ["spring_2025", "fall_2025"]
