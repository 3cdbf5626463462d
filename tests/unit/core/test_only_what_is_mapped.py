"""Where only what is mapped is wanted, columns that are not known are a note, no warning."""

import io
from typing import Literal

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.resemblance import header_known
from rollbook.core.reading.delimited import DelimitedTable
from rollbook.core.sandbox.columns import ReadColumns, read_columns

CATALOGUE = student_catalogue([Term("Fall 2025")])
HEADER = "Student ID,SSID,Bus,Locker,,Norming Window,Winter 2026 DIBELS LNF Score"


def read(other_columns: Literal["warn", "note"], header: str = HEADER) -> ReadColumns:
    data, rules = f"{header}\n{'1,' * 6}1\n".encode(), FeedRules(other_columns=other_columns)
    table = DelimitedTable(
        io.BytesIO(data), name="f.csv", size=len(data), catalogue=CATALOGUE, rules=rules
    )
    return read_columns(table, header_known(table.header, rules), CATALOGUE, rules)


def test_columns_that_are_not_known_become_one_note() -> None:
    warned, noted = read("warn"), read("note")
    assert [each.column for each in warned.issues] == HEADER.split(",")[2:]
    assert warned.notes == ()
    assert noted.notes == (
        "3 unknown columns weren't imported: the feed imports only matched columns.",
    )


def test_whose_rows_they_are_and_terms_that_are_not_set_up_are_still_told() -> None:
    assert [(each.code, each.column) for each in read("note").issues] == [
        ("UNKNOWN_COLUMN", "Norming Window"),
        ("UNKNOWN_TERM", "Winter 2026 DIBELS LNF Score"),
    ]


def test_where_all_columns_are_known_there_is_no_note() -> None:
    assert read("note", "Student ID,SSID,Grade").notes == ()
