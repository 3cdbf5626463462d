"""One column: COPY text, memory, and chunks of plain identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.feed_settings import FeedRules
from rollbook.core.validation.memory import MOST_REMEMBERED, MOST_TOGETHER, forget
from rollbook.core.validation.values import NULL, REMARK, ColumnJudge, copy_text
from tests.spec.judging import CATALOGUE, judge, unescaped

RULES = FeedRules()
anything = st.text(st.characters(exclude_categories=()), max_size=30)


def column(name: str, rules: FeedRules = RULES) -> ColumnJudge:
    return ColumnJudge(CATALOGUE.by_name[name], rules, factor=1)


@given(st.text())
def test_copy_text_is_read_back_as_it_was(text: str) -> None:
    written = copy_text(text)
    assert unescaped(written) == text
    assert not set(written) & {"\t", "\n", "\r"}


def test_what_ends_a_cell_or_a_line_of_copy_text_is_escaped() -> None:
    assert copy_text("a\\b\tc\nd\re") == r"a\\b\tc\nd\re"


@given(st.lists(anything, min_size=1, max_size=20))
def test_a_chunk_of_any_names_gives_one_line_per_row_but_where_digits_stand_for_a_name(
    names: list[str],
) -> None:
    rows = [[str(number), f"9{number}", name] for number, name in enumerate(names)]
    outcome = judge("student_id ssid last_name", *rows)
    shifted = [each.row or 0 for each in outcome.issues if each.code == "ROW_SHIFTED"]
    assert sorted([*outcome.rows, *shifted]) == list(range(2, 2 + len(names)))
    assert not any(character.isalpha() for row in shifted for character in names[row - 2])
    for row in outcome.rows.values():
        assert row["last_name"] is None or row["last_name"].encode("utf-8")
    for issue in outcome.issues:
        (issue.value or "").encode("utf-8")


@given(st.lists(st.text("0123456789AE.+-' \u0660", max_size=8), min_size=1, max_size=5))
def test_identifiers_judged_as_a_chunk_come_out_as_those_judged_one_by_one(ids: list[str]) -> None:
    assert list(column("student_id").texts(ids)) == [column("student_id")[cell] for cell in ids]


def test_plain_identifiers_are_not_remembered() -> None:
    judge_ = column("student_id")
    assert list(judge_.texts(["001", "2"])) == ["001", "2"]
    assert not judge_


def test_an_identifier_longer_than_its_column_is_seen_in_a_chunk_of_plain_ones() -> None:
    assert column("student_id").texts(["001", "1" * 51])[1] == REMARK + NULL


def test_a_mapped_identifier_is_seen_in_a_chunk_of_plain_ones() -> None:
    mapped = FeedRules(values={"ssid": {"0000": ""}})
    assert list(column("ssid", mapped).texts(["0000", "1"])) == [NULL, "1"]


def test_a_column_forgets_when_it_is_much() -> None:
    judge_ = column("last_name")
    judge_.texts([f"name {number}" for number in range(MOST_REMEMBERED)])
    forget([judge_])
    assert len(judge_) == MOST_REMEMBERED
    judge_.texts(["one more"])
    forget([judge_])
    assert not judge_


def test_all_columns_together_do_not_fill_the_memory_with_noise() -> None:
    columns = [column("last_name") for _ in range(5)]
    for judge_ in columns:
        judge_.update({f"name {number}": "" for number in range(MOST_TOGETHER // 5 + 1)})
    forget(columns)
    assert not any(columns)


def test_a_giant_cell_is_not_remembered() -> None:
    judge_ = column("school")
    assert judge_["x" * 1_000_000] == REMARK + NULL
    assert not judge_


def test_a_remark_is_before_what_deserves_a_word() -> None:
    assert column("absences_ytd")["5"] == "5"
    assert column("absences_ytd")[""] == NULL
    assert column("absences_ytd")["many"] == REMARK + NULL
    level = column("fall_2025_dibels_psf_level")
    assert level["Purple"] == "Purple"  # its row needs no second look
    assert level.warned["Purple"].code == "UNKNOWN_LEVEL"
    assert column("student_id")["12.0"] == f"{REMARK}12"


def test_digits_alone_are_no_plain_number_in_a_column_of_names() -> None:
    assert list(column("last_name").texts(["5", "3"])) == [REMARK + NULL] * 2


def test_an_identifier_as_long_as_its_column_is_plain() -> None:
    judge_ = column("student_id")
    assert list(judge_.texts(["1" * 50])) == ["1" * 50]
    assert not judge_


def test_a_value_that_is_mapped_to_itself_keeps_every_warning_but_that_of_a_level() -> None:
    mapped = FeedRules(values={"last_name": {"=A2": "=A2"}})
    assert column("last_name", mapped)["=A2"] == f"{REMARK}=A2"
    assert column("last_name", mapped).verdict("=A2").code == "UNLIKELY_CHARACTER"


def test_a_cell_is_looked_at_up_to_8192_characters() -> None:
    assert column("last_name")["Ada".rjust(8_192)] == "Ada"
    assert column("last_name").verdict("Ada".rjust(8_193)).code == "TOO_LONG"


@pytest.mark.parametrize(
    ("field", "cell", "notes"),
    [
        ("last_name", "\tAda", ["Last Name: cells that begin or end with a tab were read without "
                                "it (2)."]),
        ("last_name", "Ada \t", ["Last Name: cells that begin or end with a tab were read without "
                                 "it (2)."]),
        ("last_name", "X\n\tRay", []),
        ("last_name", "\t", []),
        ("last_name", "\tA\tda", []),
        ("absences_ytd", "\tmany", []),
        ("last_name", "\tGar\u200bcía", ["Last Name: invisible characters were removed "
                                         "from names (2)."]),
    ],
)  # fmt: skip
def test_a_tab_at_the_edge_of_an_imported_cell_is_noted(
    field: str, cell: str, notes: list[str]
) -> None:
    outcome = judge(f"student_id ssid {field}", ["1", "2", cell], ["3", "4", cell])
    assert outcome.notes == notes


def test_a_warning_with_a_note_needs_a_second_look() -> None:
    level = column("fall_2025_dibels_psf_level")
    assert level["\tPurple"] == f"{REMARK}Purple"
    assert not level.warned
    outcome = judge("student_id ssid fall_2025_dibels_psf_level", ["1", "2", "\tPurple"])
    assert outcome.codes == ["UNKNOWN_LEVEL"]
    assert len(outcome.notes) == 1
