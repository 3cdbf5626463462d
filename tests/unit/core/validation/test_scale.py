"""How much of a file is read to decide the scale of its percentages."""

from collections.abc import Sequence

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
    assert "as the feed says" in (told.note or "")
    assert table.chunks_read == 0


def test_what_the_feed_maps_is_no_evidence_but_what_it_is_mapped_to_is() -> None:
    fields = [CATALOGUE.by_name[name] for name in PAIR]
    rows = [["0.95", "0.05"]] * 3 + [["999", ""]] * 7
    assert decide(rows)[0] == 1
    mapped = FeedRules(values={"attendance_percentage": {"999": ""}})
    assert decide_scale(ListedTable(PAIR, rows), fields, mapped).factor == 100
