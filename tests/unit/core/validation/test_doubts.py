"""What hardly any other cell of its column is, near the edge of each rule."""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.profile import spread
from rollbook.core.profile.spread import Spread
from rollbook.core.validation import columns
from rollbook.core.validation.columns import Column, columns_of
from rollbook.core.validation.odd_texts import is_written_as_a_name
from rollbook.core.validation.scale import PercentScale
from rollbook.core.validation.values import NULL, REMARK
from tests.spec.judging import CATALOGUE, judge

IDS = "student_id ssid"


def column(name: str) -> Column:
    field = CATALOGUE.by_name[name]
    (found,) = columns_of([field], [name], rules=FeedRules(), scale=PercentScale(1))
    return found


def marked(texts: Sequence[str]) -> int:
    return sum(text.startswith(REMARK) for text in texts)


def words() -> Iterator[str]:
    return map("".join, product("abcdefghij", repeat=3))


@pytest.mark.parametrize(("number", "told"), [(34, 34), (35, 0)])
def test_words_among_identifiers_are_odd_while_they_are_34_percent_at_most(
    number: int, told: int
) -> None:
    ids = [word for word, _ in zip(words(), range(number), strict=False)]
    ids += [str(number) for number in range(100 - len(ids))]
    assert marked(column("student_id").texts(ids)) == told


@pytest.mark.parametrize(("times", "told"), [(2, 2), (3, 0)])
def test_a_school_that_is_a_number_is_odd_for_two_students_of_a_chunk_at_most(
    times: int, told: int
) -> None:
    assert marked(column("school").texts(["7"] * times + ["Oak Hill"] * 50)) == told


def test_a_number_in_place_of_a_school_shows_a_shift() -> None:
    rows = [[str(n), f"9{n}", "Lee", "Oak Hill"] for n in range(20)]
    rows[7][3] = "7"
    assert judge(f"{IDS} last_name school", *rows).codes == ["ROW_SHIFTED"]


@pytest.mark.parametrize(
    ("blank", "schools", "told"), [(3, 100, 3), (4, 100, 0), (2, 10, 2), (3, 10, 0), (0, 10, 0)]
)
def test_blank_schools_are_odd_while_they_are_three_in_a_hundred_or_two(
    blank: int, schools: int, told: int
) -> None:
    texts = column("school").texts([""] * blank + ["Oak Hill"] * (schools - blank))
    assert marked(texts) == told


def test_a_blank_school_shows_a_shift_only_where_the_cell_beside_it_is_a_school() -> None:
    rows = [[str(n), f"9{n}", "Lee", "Oak Hill"] for n in range(60)]
    rows[7] = ["7", "97", "Lee", ""]
    rows[9] = ["9", "99", "Oak Hill", ""]
    outcome = judge(f"{IDS} last_name school", *rows)
    assert [(each.row, each.code) for each in outcome.issues] == [(11, "ROW_SHIFTED")]


@pytest.mark.parametrize(("numbered", "told"), [(5, 5), (6, 0)])
def test_names_with_a_number_are_odd_while_they_are_half_of_all_at_most(
    numbered: int, told: int
) -> None:
    names = [f"Mia{n}" for n in range(numbered)] + ["Mia"] * (10 - numbered)
    assert marked(column("first_name").texts(names)) == told


def test_a_thousand_different_names_with_a_number_are_odd_and_no_more() -> None:
    names = column("first_name")
    names.texts(["Mia"] * 3_000)
    assert marked(names.texts([f"Mia{n}" for n in range(1_000)])) == 1_000
    assert marked(names.texts(["Mia1000"])) == 0


@pytest.mark.parametrize(
    ("field", "times", "told"),
    [("first_name", 3, 3), ("school", 2, 2), ("school", 3, 0)],
)
def test_a_name_with_a_number_is_odd_each_time_and_a_school_for_two_students(
    field: str, times: int, told: int
) -> None:
    assert marked(column(field).texts(["7Oak"] * times + ["Oak"] * 50)) == told


def test_a_column_is_usually_filled_where_more_than_half_of_it_is() -> None:
    for cells, is_filled in ((["5"], True), (["5", ""], False), (["1", "2", "3", "", ""], True)):
        absences = column("absences_ytd")
        absences.texts(cells)
        assert absences.is_usually_filled is is_filled


def test_identifiers_are_uneven_where_their_lengths_differ_whatever_was_repaired() -> None:
    fields = f"{IDS} last_name"
    even = judge(fields, ["12.0", "A1", "Lee"], ["13", "A2", "Ng-Lee"], ["", "A3", "O"])
    assert even.validator.uneven == frozenset()
    uneven = judge(fields, ["12", "A1", "Lee"], ["13", "A22", "Ng-Lee"])
    assert uneven.validator.uneven == {"ssid"}
    plain = judge(fields, ["12", "1", "Lee"], ["130", "2", "Ng-Lee"])
    assert plain.validator.uneven == {"student_id"}


@pytest.mark.parametrize(
    ("text", "is_name"),
    [("Lovelace", True), ("lovelace", False), ("LOvelace", False), ("LOVELACE", False)],
)
def test_a_name_is_written_with_one_capital_at_its_beginning(text: str, is_name: bool) -> None:
    assert is_written_as_a_name(text) is is_name


def test_a_school_that_is_looked_at_for_something_else_has_no_odd_number() -> None:
    schools = ["3rd Stre\u200bet", "Hill\u200bside", "PS\u200b 118"]
    rows = [[str(n), f"9{n}", school] for n, school in enumerate(schools)]
    assert judge(f"{IDS} school", *rows).codes == []


def test_a_blank_identifier_stays_blank_beside_words() -> None:
    assert list(column("ssid").texts(["", "a"])) == [REMARK + NULL, "a"]


def test_a_blank_identifier_needs_no_second_look_beside_the_one_that_is_required() -> None:
    fields = [CATALOGUE.by_name["student_id"], None, CATALOGUE.by_name["ssid"]]
    rules = FeedRules(required=("student_id",))
    columns = columns_of(fields, ["ID", "Bus", "State ID"], rules=rules, scale=PercentScale(1))
    assert [(each.index, each.header) for each in columns] == [(0, "ID"), (2, "State ID")]
    assert [list(each.texts([""])) for each in columns] == [[REMARK + NULL], [NULL]]


def test_numbers_and_words_are_counted_and_what_is_no_value_is_not() -> None:
    absences = column("absences_ytd")
    for cells in (["5"] * 20, ["0"] * 12, ["", "many", "N/A", "-3"]):
        absences.texts(cells)
    assert absences.spread().groups == ((0.0, 0.0, 12), (5.0, 5.0, 20))
    met = column("spring_2025_iready_math_met_standard")
    met.texts(["Yes"] * 10 + ["no"] * 25 + [""])
    assert met.spread().groups == ((0.0, 0.0, 25), (1.0, 1.0, 10))
    names = column("last_name")
    names.texts(["Lee"] * 40)
    assert names.spread() == Spread()


@pytest.mark.parametrize(
    ("name", "cells", "groups"),
    [
        (
            "absences_ytd",
            [str(at) for at in range(100_000, 100_040)],
            ((100_000.0, 100_000.0, 40),),
        ),
        ("spring_2025_iready_math_level", [f"L{at}" for at in range(40)], None),
    ],
)
def test_a_column_of_noise_is_not_remembered_as_it_is(
    monkeypatch: pytest.MonkeyPatch, name: str, cells: list[str], groups: object
) -> None:
    for module in (columns, spread):
        monkeypatch.setattr(module, "MOST_DIFFERENT", 10)
    noise = column(name)
    noise.texts(cells)
    assert len(noise.values) <= 10
    assert noise.spread().count == 40
    assert groups in (None, noise.spread().groups)
