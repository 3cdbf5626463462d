"""How much of a file is read to decide the scale of its percentages."""

from collections.abc import Sequence

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.validation.scale import PercentScale, decide_scale
from tests.spec.judging import CATALOGUE, ListedTable

PAIR = ("attendance_percentage", "absence_percentage")


def decide(rows: Sequence[list[str]], names: Sequence[str] = PAIR) -> tuple[int | None, int]:
    fields = [CATALOGUE.by_name[name] for name in names]
    table = ListedTable(tuple(names), rows)
    scale = decide_scale(table, fields, FeedRules())
    return scale.factor, table.chunks_read


def test_the_first_2000_records_are_enough_where_they_tell() -> None:
    assert decide([["94.5", "5.5"]] * 10_000) == (1, 5)
    assert decide([["0.945", "0.055"]] * 10_000) == (100, 5)


def test_the_whole_file_is_read_where_they_do_not() -> None:
    rows = [["", "0"]] * 9_999 + [["", "7"]]
    assert decide(rows) == (1, 25)


def test_one_row_that_decides_does_not_speak_for_a_file_that_begins_with_blanks() -> None:
    rows = [["", ""]] * 1_999 + [["94.5", "5.5"]] + [["", "0.05"]] * 3_000
    assert decide(rows) == (None, 13)


def test_rows_that_disagree_at_the_beginning_are_no_evidence_for_the_rest() -> None:
    rows = [["94.5", "5.5"]] * 1_100 + [["0.945", "0.055"]] * 2_900
    assert decide(rows) == (100, 10)


def test_a_column_of_attendance_alone_is_looked_through_to_its_end() -> None:
    rows = [["0.9"]] * 4_000
    assert decide(rows, PAIR[:1]) == (100, 10)


def test_a_few_truants_do_not_turn_a_file_of_percentages_into_one_of_fractions() -> None:
    assert decide([["0.5"]] * 10 + [["95"]] * 90, PAIR[:1])[0] == 1


def test_truants_alone_are_undecidable() -> None:
    assert decide([["0.1"], ["0.2"], ["0.3"]], PAIR[:1])[0] is None


def test_a_file_without_percentages_is_not_read() -> None:
    assert decide([["5"]], ["absences_ytd"]) == (1, 0)


def test_a_setting_of_the_feed_is_not_questioned() -> None:
    table = ListedTable(PAIR, [["94.5", "5.5"]])
    fields = [CATALOGUE.by_name[name] for name in PAIR]
    assert decide_scale(table, fields, FeedRules(percent_scale="100")) == PercentScale(1)
    told = decide_scale(table, fields, FeedRules(percent_scale="1"))
    assert told.factor == 100
    assert "as set in the feed" in (told.note or "")
    assert table.chunks_read == 0


def test_what_the_feed_maps_is_no_evidence_but_what_it_is_mapped_to_is() -> None:
    fields = [CATALOGUE.by_name[name] for name in PAIR]
    rows = [["0.95", "0.05"]] * 3 + [["999", ""]] * 7
    assert decide(rows)[0] == 1
    mapped = FeedRules(values={"attendance_percentage": {"999": ""}})
    assert decide_scale(ListedTable(PAIR, rows), fields, mapped).factor == 100


@pytest.mark.parametrize(
    ("rows", "factor"),
    [
        ([["94.5", ""]], 1),
        ([["", "0"]], 1),
        ([["", "1.5"]], 1),
        ([["1.5", ""]], 1),
        ([["0.945", "0.055"]], 100),
        ([["0.9", ""]] * 2, None),
        ([["0.5", ""]] * 3, 100),
        ([["0.499", ""]] * 3, None),
        ([["0.1", ""], ["0.2", ""], ["0.3", ""]], None),
        ([["1", ""]] * 3, 100),
        ([["0", ""]] * 3 + [["0.9", ""]] * 2, None),
        ([["95", ""]] * 2 + [["0.9", ""]] * 2, None),
        ([["", "7"], ["", "0.5"]], None),
        ([["", "7"], ["", "0"]], 1),
        ([["", "7"], ["", "1"]], None),
        ([["0", "0.5"]] * 2 + [["95", ""]], 1),
        ([["0.9", "0.5"]] * 3, 100),
        # Beside a percentage for certain: an absence completes it on one scale, or on both.
        ([["94.5%", "5.5"]], 1),
        ([["94.5 %", "0.055"]], 100),
        ([["99%", "2.1"]], 1),
        ([["98.4%", "0.5"]], 1),
        ([["98.395%", "0.5"]], None),
        ([["99%", "0.021"]], None),
        ([["99%", "0.022"]], 1),
        ([["100%", "0.011"]], None),
        ([["100%", "0.0111"]], 1),
        ([["95%", "6.1"]], 1),
        ([["95%", "3.9"]], 1),
        ([["95%", "0.061"]], 100),
        ([["95%", "0.0611"]], None),
        ([["95%", "0.039"]], 100),
        ([["95%", "0.0389"]], None),
        ([["95%", "0.5"]], None),
        ([["95%", ""]], 1),
        ([["95%", "0"]], 1),
        # What fits both scales speaks for neither, and against both.
        ([["94.5", "5.5"], ["100%", "0.004"]], None),
        ([["94.5", "5.5"], ["100%", "0"]], 1),
        # A tie decides nothing.
        ([["94.5", ""], ["0.945", "0.055"]], None),
    ],
)
def test_what_the_rows_of_a_file_tell(rows: Sequence[list[str]], factor: int | None) -> None:
    assert decide(rows)[0] == factor


@pytest.mark.parametrize(
    ("rows", "is_enough"),
    [
        ([["94.5", "5.5"]] * 100, True),
        ([["94.5", "5.5"]] * 99, False),
        ([["94.5", "5.5"]] * 201 + [["0.945", "0.055"]] * 20, True),
        ([["94.5", "5.5"]] * 200 + [["0.945", "0.055"]] * 20, False),
        ([["94.5", "5.5"]] * 200 + [["0.9", ""]] * 20, False),
        ([["94.5", "5.5"]] * 200 + [["", "0.5"]] * 20, False),
        ([["0.945", "0.055"]] * 100, True),
    ],
)
def test_the_first_records_are_enough_where_a_hundred_tell_and_few_say_otherwise(
    rows: list[list[str]], is_enough: bool
) -> None:
    whole = rows + [["", ""]] * (4_000 - len(rows))
    assert decide(whole)[1] == (5 if is_enough else 10)


def test_a_file_is_asked_until_2000_records_were_seen() -> None:
    fields = [CATALOGUE.by_name[name] for name in PAIR]
    table = ListedTable(PAIR, [["94.5", "5.5"]] * 6_000, chunk_size=1_999)
    assert decide_scale(table, fields, FeedRules()).factor == 1
    assert table.chunks_read == 2
