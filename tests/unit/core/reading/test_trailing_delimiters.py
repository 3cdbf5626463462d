"""Files that write more cells than their header names: no half of a record passes for a whole."""

import pytest

from tests.spec.reading import read

NAMED = "Student ID,SSID,Last Name,School"
ZOE = ["000", "9000", "Zoe", "Ash"]
CEM = ["003", "9003", "Cem", "Fir"]


def written(halves: str, *, header: str, end: str) -> str:
    rows = [",".join(ZOE), halves, *[",".join(CEM)] * 2]
    return "".join(f"{row}{end}\n" for row in [header, *rows])


@pytest.mark.parametrize("end", [",", ",,"])
@pytest.mark.parametrize("header", [NAMED, f"{NAMED},"])
@pytest.mark.parametrize(
    "halves",
    ["0\n01,9001,Ada,Oak", "001\n,9001,Ada,Oak", "001,9001,A\nda,Oak", "001,9001,Ada,O\nak"],
)
def test_a_stray_line_break_rejects_both_halves(halves: str, *, header: str, end: str) -> None:
    result = read(written(halves, header=header, end=end))
    assert {result.damaged[row] for row in (3, 4)} == {"ROW_BROKEN"}
    assert all(row in (ZOE, CEM) for row in result.rows)
    assert result.records[5] == result.records[6] == CEM


def test_a_quoted_cell_with_a_line_break_is_joined() -> None:
    result = read(written('001,9001,Ada,"Oak\nHall"', header=NAMED, end=","))
    assert result.records[3] == ["001", "9001", "Ada", "Oak\nHall"]
    assert result.damaged == {}


def test_the_rest_of_a_quoted_cell_may_be_as_wide_as_the_header() -> None:
    text = written('001,9001,"Ada\nLee",Oak', header=f"{NAMED},,", end=",,")
    assert read(text).records[3] == ["001", "9001", "Ada\nLee", "Oak"]


def test_an_open_quote_does_not_swallow_the_next_student() -> None:
    result = read(written('001,9001,"Ada,Oak,\n002,9002,Be""n,Elm', header=NAMED, end=","))
    assert result.damaged[3] == "ROW_QUOTE_OPEN"
    assert result.records[4][:2] == ["002", "9002"]


def test_a_backslash_before_a_quote_never_shifts_a_value() -> None:
    result = read(f'{NAMED}\n000,9000,Zoe,Ash\n001,9001,"Ada \\", L",\n003,9003,Cem,Fir\n')
    assert result.records == {2: ZOE, 4: CEM}
    assert result.damaged == {3: "ROW_TOO_LONG"}


@pytest.mark.parametrize(
    "header", ["student_id,ssid,last_name,school", '"Student ID","SSID","Last Name","School"']
)
@pytest.mark.parametrize("end", ["", ",", " "])
def test_a_header_that_comes_again_is_no_student(header: str, end: str) -> None:
    text = f"{header}{end}\n000,9000,Zoe,Ash{end}\n"
    result = read(text * 2)
    assert result.records == {2: [*ZOE[:3], f"Ash{end.strip(',')}"], 4: result.records[2]}
    assert result.damaged == {3: "HEADER_REPEATED"}


@pytest.mark.parametrize("blank", ["001,9001,Ada,", "0,01,9001,Ada,", "001,90,01,Ada,"])
def test_a_split_value_before_a_blank_last_one_never_shifts_a_row(blank: str) -> None:
    result = read(f"{NAMED}\n000,9000,Zoe,Ash\n{blank}\n003,9003,Cem,Fir\n")
    whole = {3: ["001", "9001", "Ada", ""]} if blank.count(",") == 3 else {}
    assert result.records == {2: ZOE, 4: CEM} | whole
    assert result.damaged == ({} if whole else {3: "ROW_TOO_LONG"})


@pytest.mark.parametrize("lost", ["0019001,Ada,,", "001,9001 Ada,,"])
def test_a_lost_delimiter_before_a_blank_last_value_never_shifts_a_row(lost: str) -> None:
    result = read(f"{NAMED},\n000,9000,Zoe,Ash,\n{lost}\n003,9003,Cem,Fir,\n")
    assert result.records == {2: ZOE, 4: CEM}
    assert result.damaged == {3: "ROW_TOO_SHORT"}


def test_the_only_row_of_a_file_does_not_say_that_one_cell_more_is_usual() -> None:
    assert read(f"{NAMED}\n0,01,9001,Ada,\n").damaged == {2: "ROW_TOO_LONG"}
