"""A column that is not known is told with a few of its values, and with a field that takes them."""

import io

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.column_examples import (
    LONGEST,
    ROWS,
    as_text,
    examples_of,
    from_text,
    likely_fields,
)
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Issue
from rollbook.core.layouts.resemblance import header_known
from rollbook.core.mapping import header_meanings
from rollbook.core.reading.delimited import DelimitedTable
from rollbook.core.sandbox.columns import ReadColumns, read_columns

CATALOGUE = student_catalogue([Term("Fall 2025")])
RULES = FeedRules()


def table(*columns: tuple[str, list[str]]) -> DelimitedTable:
    """A file with these columns beside the identifiers."""
    header = ["Student ID", "SSID", *(name for name, _ in columns)]
    rows = zip(*(cells for _, cells in columns), strict=True)
    lines = [header, *([f"{at}", f"{at}", *cells] for at, cells in enumerate(rows, start=1))]
    data = "".join(",".join(line) + "\n" for line in lines).encode()
    return DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=CATALOGUE, rules=RULES
    )


def columns_of(table: DelimitedTable, rules: FeedRules) -> ReadColumns:
    return read_columns(table, header_known(table.header, rules), CATALOGUE, rules)


def unknown(header: str, cells: list[str], rules: FeedRules = RULES) -> Issue:
    read = columns_of(table((header, cells)), rules)
    [issue] = [each for each in read.issues if each.code == "UNKNOWN_COLUMN"]
    return issue


def test_three_different_values_are_shown_in_the_order_of_the_file() -> None:
    issue = unknown("Bus", ["", "12", "12", " 7 ", "", "3", "99"])
    assert (issue.column, issue.value) == ("Bus", "12 · 7 · 3")


def test_a_column_without_any_value_has_no_examples() -> None:
    assert unknown("Bus", ["", "", ""]).value == ""


def test_a_long_value_is_cut_and_one_that_could_be_two_is_left_out() -> None:
    (shown,) = examples_of(table(("Note", ["a · b", "x" * 100])), ["Note"])["Note"]
    assert len(shown) == LONGEST and shown.endswith("…")


def test_no_more_than_the_first_rows_are_looked_through() -> None:
    rows = ["1"] * ROWS
    assert examples_of(table(("Bus", [*rows, "2"])), ["Bus"]) == {"Bus": ("1",)}
    assert examples_of(table(("Bus", [*rows[1:], "2"])), ["Bus"]) == {"Bus": ("1", "2")}


@pytest.mark.parametrize("examples", [(), ("12",), ("12", "a, b", "…")])
def test_examples_travel_as_one_text(examples: tuple[str, ...]) -> None:
    assert from_text(as_text(examples)) == examples


@pytest.mark.parametrize(
    ("header", "cells", "hint"),
    [
        ("Absenses YTD", ["3", "0", "12"], "Absences YTD"),
        ("Absenses YTD", ["3", "N/A", "12"], "Absences YTD"),
        ("Absenses YTD", ["excused", "tardy", "3"], None),
        ("Absenses YTD", ["94.5%", "97%"], None),
        ("Absenses YTD", ["", ""], None),
        ("Atendance Percentage", ["94.5", "97"], "Attendance %"),
        ("Atendance Percentage", ["A", "B"], None),
        ("Bus", ["3", "4"], None),
    ],
)
def test_a_field_is_named_only_where_header_and_values_fit(
    header: str, cells: list[str], hint: str | None
) -> None:
    message = unknown(header, cells).message
    assert (f"Is it “{hint}”?" in message) if hint else ("Is it" not in message)


def test_the_page_of_columns_names_the_same_field_as_the_import() -> None:
    fits, fails = ("3", "0"), ("excused",)
    for examples, named in ((fits, ["absences_ytd"]), (fails, []), ((), [])):
        (found,) = header_meanings(CATALOGUE, RULES, ["Absenses YTD"], {"Absenses YTD": examples})
        assert [field.name for field in found.nearest][:1] == named
        assert found.examples == examples
    (found,) = header_meanings(CATALOGUE, RULES, ["Absenses YTD"])
    assert found.nearest[0].name == "absences_ytd", "without examples the header alone counts"


def test_a_value_that_the_feed_maps_fits_as_what_it_means() -> None:
    rules = FeedRules(values={"absences_ytd": {"zero": "0"}})
    named = likely_fields("Absenses YTD", ("zero", "4"), CATALOGUE, rules)
    assert named[0].name == "absences_ytd"
    assert likely_fields("Absenses YTD", ("zero", "4"), CATALOGUE, RULES) == ()


def test_where_other_columns_are_not_wanted_nothing_of_them_is_kept() -> None:
    read = columns_of(table(("Bus", ["12"])), FeedRules(other_columns="note"))
    assert read.issues == []


def test_a_column_that_is_mapped_to_a_field_that_its_values_refute_is_marked() -> None:
    rules = FeedRules(headers={"Born": "absences_ytd", "Away": "absences_ytd"})
    examples = {"Born": ("2015-03-04",), "Away": ("3", "12")}
    found = header_meanings(CATALOGUE, rules, ["Born", "Away", "Grade"], examples)
    assert [(each.how, each.fits) for each in found] == [
        ("mapping", False),
        ("mapping", True),
        ("catalogue", True),
    ]
