"""A column that is gone while a similar one came is proposed as renamed, and nothing else is."""

from collections.abc import Mapping, Sequence

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import IGNORE, FeedRules
from rollbook.core.mapping import header_meanings
from rollbook.core.renamed_columns import LastColumn, renamed_columns

CATALOGUE = student_catalogue([Term("Fall 2025"), Term("Winter 2026")])
COUNTS, NAMES = ("3", "0", "12"), ("Ann", "Bo")
BEFORE = {"student_id": "Student ID", "absences_ytd": "Days Away", "tardies_ytd": "Late Arrivals"}


def proposed(
    header: Mapping[str, tuple[str, ...]],
    before: Mapping[str, str] = BEFORE,
    *,
    headers: Mapping[str, str] | None = None,
    beside: Sequence[str] = (),
) -> list[tuple[str, str, str]]:
    rules = FeedRules(headers=headers or {})
    columns = header_meanings(CATALOGUE, rules, ["Student ID", *header], header)
    file = ["Student ID", *before.values(), *beside]
    last = {name: LastColumn(text, file) for name, text in before.items()}
    found = renamed_columns(last, columns, CATALOGUE, rules)
    return [(each.before, each.header, each.field.name) for each in found]


def test_a_similar_header_whose_values_fit_is_proposed_for_the_field() -> None:
    assert proposed({"Days Away 2026": COUNTS}) == [("Days Away", "Days Away 2026", "absences_ytd")]
    assert proposed({"Days Away 2026": COUNTS, "Late Arrival": COUNTS}) == [
        ("Days Away", "Days Away 2026", "absences_ytd"),
        ("Late Arrivals", "Late Arrival", "tardies_ytd"),
    ]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ({"Days Away 2026": NAMES}, "its values do not fit"),
        ({"Days Away 2026": ()}, "it has none"),
        ({"Locker": COUNTS}, "it is not alike"),
        ({"Days Away 2026": COUNTS, "Days Away 2027": COUNTS}, "two are"),
        ({"Days Away": COUNTS, "Days Away 2026": COUNTS}, "nothing is gone"),
        ({"Absences YTD": COUNTS, "Days Away 2026": COUNTS}, "the field has another column"),
    ],
)
def test_what_is_not_sure_is_not_proposed(header: Mapping[str, tuple[str, ...]], why: str) -> None:
    assert proposed(header) == [], why


def test_one_column_for_two_fields_is_not_proposed() -> None:
    before = {"absences_ytd": "Days Away A", "tardies_ytd": "Days Away B"}
    assert proposed({"Days Away": COUNTS}, before) == []


def test_a_column_of_another_term_is_never_the_same() -> None:
    scores = {"winter_2026_iready_math_score": "Winter Math Score"}
    assert proposed({"Fall Math Score": ("401", "455")}, scores) == []


def test_a_header_that_the_feed_gave_up_is_not_missed() -> None:
    assert proposed({"Days Away 2026": COUNTS}, headers={"Days Away": IGNORE}) == []


def test_a_field_that_is_no_more_is_passed_over() -> None:
    assert proposed({"Days Away 2026": COUNTS}, {"dropped": "Days Away"}) == []


def test_a_column_that_was_there_beside_the_one_that_is_gone_is_another() -> None:
    header = {"Days Away 2026": COUNTS}
    assert proposed(header, beside=["days away  2026"]) == []


@pytest.mark.parametrize(
    ("gone", "came"),
    [("Last Name", "Mother Last Name"), ("First Name", "Mother Last Name")],
)
def test_a_name_is_not_proposed_because_its_header_has_the_same_letters(
    gone: str, came: str
) -> None:
    field = "last_name" if gone == "Last Name" else "first_name"
    assert proposed({came: NAMES}, {field: gone}) == []
