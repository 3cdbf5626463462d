"""Rows with a bare 1 as an accuracy wait for the end of the file, and for nothing else."""

from rollbook.core.feed_settings import FeedRules
from rollbook.core.table import Chunk
from rollbook.core.validation.columns import Column, columns_of
from rollbook.core.validation.ones import LoneOnes
from rollbook.core.validation.scale import PercentScale
from rollbook.core.validation.values import NULL, REMARK
from tests.spec.judging import CATALOGUE, judge

ACCURACY = CATALOGUE.by_name["fall_2025_dibels_orf_acc_score"]
FIELDS = f"student_id ssid {ACCURACY.name}"


def lone_ones() -> tuple[LoneOnes, Column]:
    rules = FeedRules()
    columns = columns_of([ACCURACY], [ACCURACY.header], rules=rules, scale=PercentScale(1))
    return LoneOnes(columns, rules), columns[0]


def chunk(*cells: str) -> Chunk:
    return Chunk(list(range(2, 2 + len(cells))), [[cell] for cell in cells])


def ones_of(*cells: str) -> tuple[list[list[str]], str]:
    """The records that did not wait, and what a 1 is in the end."""
    ones, column = lone_ones()
    now = ones.take(chunk(*cells))
    waited = ones.rest()
    assert sorted(now.rows + waited.rows) == list(range(2, 2 + len(cells)))
    return now.records, column.judge["1"]


def test_a_1_is_one_percent_beside_a_number_above_1_alone() -> None:
    assert ones_of("1", "98") == ([["98"]], "1")
    assert ones_of("1", "1.5") == ([["1.5"]], "1")
    assert ones_of("1", "0", "98") == ([["0"], ["98"]], "1")
    assert ones_of("1", "0.5", "98")[1] == REMARK + NULL
    assert ones_of("1", "0.01", "98")[1] == REMARK + NULL
    assert ones_of("1", "0")[1] == REMARK + NULL


def test_cells_without_a_number_do_not_wait() -> None:
    assert ones_of("", "1", "98%", "many")[0] == [[""], ["98%"], ["many"]]


def test_a_feed_that_tells_its_scale_lets_no_row_wait() -> None:
    rules = FeedRules(percent_scale="100")
    outcome = judge(FIELDS, ["1", "2", "1"], ["3", "4", "0.98"], rules=rules)
    assert [part.accepted for part in outcome.judged] == [2, 0]


def test_a_quote_in_a_row_that_waits_is_told_once_and_of_that_row() -> None:
    rows = [["7", "8", "98"], ["5", "6", "1"], ["9", "10", "97"], ["11", "12", "1"]]
    outcome = judge(FIELDS, *rows, stray_quotes=[3, 4])
    assert [(each.row, each.student_id) for each in outcome.issues] == [(4, "9"), (3, "5")]


def test_5000_rows_wait_and_where_there_are_more_none_is_believed() -> None:
    few, few_column = lone_ones()
    few.take(chunk("98", *["1"] * 4_999))
    few.take(chunk("1"))
    assert len(few.rest().rows) == 5_000
    assert few_column.judge["1"] == "1"
    many, many_column = lone_ones()
    many.take(chunk("98", *["1"] * 5_000))
    assert many.take(chunk("1")).rows == [2]
    assert len(many.rest().rows) == 5_000
    assert many_column.judge["1"] == REMARK + NULL


def test_what_was_judged_before_a_1_is_believed_is_judged_again() -> None:
    _, column = lone_ones()
    assert column.judge["1"] == REMARK + NULL
    assert column.judge.verdict("1").refused
    column.judge.believe_one()
    assert column.judge["1"] == "1"
    assert not column.judge.verdict("1").refused
