"""An import counts the rows in which the feed's own mapping was met."""

from dataclasses import asdict
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.cells import NUMBER
from rollbook.core.feed_settings import FeedRules
from rollbook.core.mapped_texts import MappedTexts
from rollbook.core.validation import values
from tests.spec.judging import judge

RULES = FeedRules(
    values={"grade": {"Kinder": "K", "13": ""}, "absences_ytd": {"Absent": "1"}},
    blank_markers=("Not enrolled", "ABSENT"),
)

ALIKE = ("Absent", "ABSENT", "not Enrolled")


def counted(*rows: tuple[str, str], rules: FeedRules = RULES) -> MappedTexts:
    records = [(f"{n:07}", f"9{n:09}", *row) for n, row in enumerate(rows, start=1)]
    return judge("student_id ssid grade absences_ytd", *records, rules=rules).validator.mapped


def test_values_and_markers_are_counted_by_field() -> None:
    found = counted(
        ("Kinder", "2"), (" Kinder\u00a0", "not ENROLLED"), ("13", "Absent"), ("K", "absent"),
        ("not enrolled", ""),
    )  # fmt: skip
    assert found == MappedTexts(
        {"grade": {"Kinder": 2, "13": 1}, "absences_ytd": {"Absent": 1}},
        {"grade": {"Not enrolled": 1}, "absences_ytd": {"Not enrolled": 1, "ABSENT": 1}},
    )


def test_a_number_of_a_workbook_is_counted_as_its_text() -> None:
    assert counted((f"{NUMBER}13", "1")).values == {"grade": {"13": 1}}


def test_without_a_mapping_nothing_is_counted() -> None:
    assert counted(("Kinder", "absent"), rules=FeedRules()) == MappedTexts()


def test_a_marker_is_not_counted_where_it_means_nothing() -> None:
    row = ("0000001", "9000000001", "Absent")
    found = judge("student_id ssid last_name", row, rules=RULES).validator.mapped
    assert found == MappedTexts()


@given(st.lists(st.sampled_from(["Kinder", "K", "13", "", "kinder", "3"]), max_size=900))
def test_the_counts_are_those_of_the_file_however_many_chunks_it_has(grades: list[str]) -> None:
    found = counted(*((grade, "1") for grade in grades)).values.get("grade", {})
    for text in ("Kinder", "13"):
        assert found.get(text, 0) == grades.count(text)


def test_a_job_keeps_them() -> None:
    found = counted(("Kinder", "absent"))
    assert MappedTexts.from_json(asdict(found)) == found


def test_any_number_of_spellings_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST_VERDICTS", 50)
    cells = [f"{' ' * blanks}{text}" for blanks in range(40) for text in ALIKE] * 7
    Random(7).shuffle(cells)
    found = counted(*(("Kinder", cell) for cell in cells))
    assert found.markers["absences_ytd"] == {"Not enrolled": 280, "ABSENT": 280}
    assert found.values["absences_ytd"] == {"Absent": 280}
