"""Records of the wrong width, in text files and in workbooks, over any division into chunks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.verdict import OUTER_BLANKS
from rollbook.core.reading.raw import Raw
from rollbook.core.reading.row_shape import Settler

ADA, BEN, CEM = ["1", "9", "Ada"], ["2", "8", "Ben"], ["3", "7", "Cem"]


def settle(
    *rows: list[str],
    ragged: bool = False,
    is_cut: bool = False,
    size: int = 1,
    written: int = 0,
    identifiers: tuple[int, ...] = (),
) -> tuple[dict[int, list[str]], dict[int, str], Settler]:
    """Return the rows kept, and the damaged ones with their codes."""
    settler = Settler(3, ragged=ragged, written=written, identifiers=identifiers)
    raws = [Raw(number, cells) for number, cells in enumerate(rows, 1)]
    chunks = [settler.take(raws[at : at + size]) for at in range(0, len(raws), size)]
    chunks.append(settler.finish(is_cut=is_cut))
    kept = {
        row: record
        for chunk in chunks
        for row, record in zip(chunk.rows, chunk.records, strict=True)
    }
    damaged = {record.row: record.code for chunk in chunks for record in chunk.damaged}
    return kept, damaged, settler


@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_a_broken_record_is_seen_wherever_a_chunk_ends(size: int) -> None:
    kept, damaged, _ = settle(ADA, ["2", "8 and"], ["8", "Ben"], CEM, size=size)
    assert kept == {1: ADA, 4: CEM}
    assert damaged == {2: "ROW_BROKEN", 3: "ROW_BROKEN"}


@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_the_whole_looking_half_of_a_broken_record_is_seen_at_the_end_too(size: int) -> None:
    kept, damaged, _ = settle(ADA, CEM, ["0"], ["2", "8", "Ben"], size=size)
    assert kept == {1: ADA}
    assert damaged == {2: "ROW_BROKEN", 3: "ROW_BROKEN", 4: "ROW_BROKEN"}


def test_a_stray_quote_is_reported_in_the_chunk_in_which_its_row_comes() -> None:
    settler = Settler(3)
    first = settler.take([Raw(1, ADA), Raw(2, BEN, stray=True)])
    last = settler.finish(is_cut=False)
    assert (first.rows, first.stray_quotes) == ([1], [])
    assert (last.rows, last.stray_quotes) == ([2], [2])


@pytest.mark.parametrize("size", [1, 2, 9])
def test_nothing_waits_for_ever(size: int) -> None:
    kept, damaged, settler = settle(ADA, BEN, ["", "", ""], CEM, ["Total", "3"], size=size)
    assert kept == {1: ADA, 2: BEN, 4: CEM}
    assert damaged == {}
    assert (settler.blank_rows, settler.footer_rows) == (1, [5])


def test_in_a_workbook_a_short_row_ends_with_empty_cells() -> None:
    kept, damaged, _ = settle(["1", "9"], ["2"], CEM, ragged=True)
    assert kept == {1: ["1", "9", ""], 2: ["2", "", ""], 3: CEM}
    assert damaged == {}


def test_in_a_workbook_a_footer_is_a_footer() -> None:
    kept, damaged, settler = settle(ADA, ["Total", "1"], ragged=True)
    assert (kept, damaged, settler.footer_rows) == ({1: ADA}, {}, [2])


def test_a_row_that_could_not_be_split_stays_what_it_is() -> None:
    settler = Settler(3)
    settler.take([Raw(1, ADA), Raw(2, ["2"], "ROW_QUOTE_OPEN", "Open.")])
    (damaged,) = settler.finish(is_cut=False).damaged
    assert (damaged.row, damaged.code) == (2, "ROW_QUOTE_OPEN")


def test_only_empty_extra_cells_are_harmless() -> None:
    kept, damaged, _ = settle([*ADA, "", " "], [*BEN, "", "x"], CEM, written=5)
    assert kept == {1: ADA, 3: CEM}
    assert damaged == {2: "ROW_TOO_LONG"}


def test_an_empty_cell_too_many_is_a_value_that_was_split() -> None:
    kept, damaged, _ = settle(ADA, ["2", "0", "8", ""], CEM)
    assert kept == {1: ADA, 3: CEM}
    assert damaged == {2: "ROW_TOO_LONG"}


def test_an_empty_last_value_and_a_cell_too_few_is_a_delimiter_that_was_lost() -> None:
    rows = ([*ADA, ""], ["28", "Ben", ""], CEM)
    kept, damaged, _ = settle(*rows, written=4)
    assert kept == {1: ADA, 3: CEM}
    assert damaged == {2: "ROW_TOO_SHORT"}


def test_in_a_workbook_empty_cells_after_the_last_column_are_harmless() -> None:
    kept, damaged, _ = settle([*ADA, "", ""], CEM, ragged=True)
    assert (kept, damaged) == ({1: ADA, 2: CEM}, {})


def test_a_row_of_sums_is_a_footer_however_many_columns_it_fills() -> None:
    wide = [str(n) for n in range(9)]
    settler = Settler(9, identifiers=(0,))
    settler.take([Raw(1, wide), Raw(2, ["Total", "", *wide[2:]])])
    assert settler.finish(is_cut=False).rows == [1]
    assert settler.footer_rows == [2]


def test_a_last_student_whose_name_is_a_footers_word_is_a_student() -> None:
    rows = (["Ada", "1", "9", ""], ["Count", "2", "8", ""])
    settler = Settler(4, identifiers=(1, 2))
    settler.take([Raw(row, cells) for row, cells in enumerate(rows, 1)])
    assert settler.finish(is_cut=False).rows == [2]
    assert settler.footer_rows == []


@pytest.mark.parametrize("is_cut", [True, False])
def test_a_short_last_record_is_never_taken_for_a_footer(is_cut: bool) -> None:
    kept, damaged, _ = settle(ADA, BEN, ["3", "7"], is_cut=is_cut)
    assert kept == {1: ADA, 2: BEN}
    assert damaged == {3: "FILE_TRUNCATED"}


def test_many_short_rows_are_not_kept_waiting_in_memory() -> None:
    settler = Settler(3)
    chunk = settler.take([Raw(row, ["2"]) for row in range(1, 10_100)])
    assert len(chunk.damaged) > 10_000


def test_a_last_count_cut_in_two_imports_neither_half_even_without_a_final_newline() -> None:
    settler = Settler(3)
    first = settler.take(
        [Raw(2, ["001", "9001", "5"]), Raw(3, ["002", "9002", "1"]), Raw(4, ["2"])]
    )
    rest = settler.finish(is_cut=True)
    assert first.rows + rest.rows == [2]
    assert [(d.row, d.code) for d in rest.damaged] == [(3, "ROW_BROKEN"), (4, "FILE_TRUNCATED")]


def looked_through(cells: list[str]) -> str:
    """What a row is, by all of its cells at once."""
    filled = [text for cell in cells if (text := cell.strip(OUTER_BLANKS))]
    if cells == ["\x1a"]:
        return "end"
    first = cells[0].strip(OUTER_BLANKS)[:1]
    if first not in tuple("-=_+|") and first:
        return "student"
    if not filled:
        return "blank"
    is_drawn = all(set(text) <= set("-=_+|: ") for text in filled)
    return "rule" if is_drawn and re.search("[-=_]{2}", "".join(filled)) else "student"


CELLS = st.sampled_from(
    ["", "", " ", "\u00a0", "-", "--", ":--", "|", "+", "- -", "A", "-1", "\x1a"]
)


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_a_blank_row_and_a_rule_are_known_as_looking_at_each_cell_knows_them(
    cells: list[str],
) -> None:
    settler = Settler(5, ragged=True)
    settler.take([Raw(1, cells)])
    found = [bool(settler.blank_rows), bool(settler.rule_rows)]
    assert found == [looked_through(cells) == what for what in ("blank", "rule")]
