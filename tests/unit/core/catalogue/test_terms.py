"""Terms are named by season and year."""

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS, Term, parse_term_name, years_later
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import FeedRules


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


@pytest.mark.parametrize(
    ("header", "later"),
    [
        ("Fall 25 Reading", "Fall 26 Reading"),
        ("Fall 2025-26 Reading", "Fall 2026-27 Reading"),
        ("FA2025", "FA2026"),
        ("Reading 8", "Reading 8"),
        ("Reading 2024", "Reading 2024"),
        ("Level 125 of 25", "Level 125 of 26"),
    ],
)
def test_a_header_of_a_later_year_names_that_years_two_numbers(header: str, later: str) -> None:
    assert years_later(header, Term("Fall 2025"), 1) == later


def test_a_mapping_of_last_years_header_means_the_new_years_too() -> None:
    terms = [Term(name) for name in ("Fall 2025", "Spring 2026", "Fall 2026", "Spring 2027")]
    catalogue = student_catalogue(terms)
    mapping = {
        "Rdg Fall 25-26": "fall_2025_iready_reading_score",
        "Rdg Spr 2026": "spring_2026_iready_reading_score",
        "Rdg Now": "fall_2025_iready_math_score",
    }
    rules = FeedRules(headers=mapping)
    found = {
        header: field.name if (field := catalogue.find(header, rules)) is not None else None
        for header in (*mapping, "RDG fall 26-27", "Rdg Spr 2027", "Rdg Fall 27-28", "Rdg Spr 2025")
    }
    assert found == {
        **mapping,
        "RDG fall 26-27": "fall_2026_iready_reading_score",
        "Rdg Spr 2027": "spring_2027_iready_reading_score",
        "Rdg Fall 27-28": None,
        "Rdg Spr 2025": None,
    }
    assert catalogue.find("Rdg Spr 2027") is None, "nothing is mapped"
