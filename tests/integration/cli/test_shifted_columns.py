"""A column whose values are like those of none of the last files holds the import."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv
from tests.integration.cli.test_blanked_columns import SERVER, bring

READING, MATH = (
    "Spring 2025 i-Ready Reading Overall Score",
    "Spring 2025 i-Ready Math Overall Score",
)
HEADER = f"Student ID,SSID,Last Name,First Name,Grade,Absences YTD,Tardies YTD,{READING},{MATH}"
STUDENTS = range(1, 61)
Numbers = tuple[int, int, int, int]
"""Absences, tardies, a score in reading and in math."""


def as_it_was(at: int) -> Numbers:
    return 1 + at % 9, at % 3, 400 + at, 420 + at


def file(path: Path, numbers: Callable[[int], Numbers] = as_it_was) -> Path:
    rows = (
        f"{at:07},90000{at:05},Lovelace,Ada,3,{','.join(map(str, numbers(at)))}" for at in STUDENTS
    )
    return write_csv(path, *rows, header=HEADER)


@pytest.fixture
def night(rollbook: CommandLine, tmp_path: Path) -> Path:
    """The folder of a district of which one night is stored."""
    assert rollbook("feeds", "add", "sis", *SERVER, stdin="pw\n").code == 0
    bring(rollbook, file(tmp_path / "first.csv"))
    return tmp_path


def shifted(job: Any) -> dict[str, str]:
    """Return column -> sentence of the columns that have shifted."""
    return {
        each["column"]: each["message"]
        for each in job["issue_list"]
        if each["code"] == "COLUMN_SHIFTED"
    }


def hundredfold(at: int) -> Numbers:
    absences, *others = as_it_was(at)
    return (absences * 100, *others)  # type: ignore[return-value]


def test_another_scale_holds_the_import_until_it_is_accepted_once(
    rollbook: CommandLine, night: Path
) -> None:
    held = bring(rollbook, file(night / "next.csv", hundredfold), code=7)
    assert "In Absences YTD, at least 47 of 60 values (78.3%) are different from" in held["message"]
    assert "550 now: the scale has probably changed, by 100" in shifted(held)["Absences YTD"]
    decided = rollbook.json("jobs", "approve", str(held["job"]), "--reason", "as it is")
    assert decided["status"] == "completed"
    few = file(night / "few.csv", lambda at: (*hundredfold(at)[:3], 420 + at + (at == 7)))
    again = bring(rollbook, few)
    assert (again["status"], {*shifted(again)}) == ("completed", {"Absences YTD"}), (
        "what was accepted once is told, and holds nothing"
    )
    others = file(night / "others.csv", lambda at: (*hundredfold(at)[:3], 500 + at))
    assert {*shifted(bring(rollbook, others, code=7))} == {"Absences YTD", MATH}


def test_two_columns_of_scores_that_changed_places_are_named(
    rollbook: CommandLine, night: Path
) -> None:
    def swap(at: int) -> Numbers:
        absences, tardies, reading, math = as_it_was(at)
        return absences, tardies, math, reading

    held = bring(rollbook, file(night / "next.csv", swap), code=7)
    assert "2 columns have what another of them had" in held["message"]
    assert f"what {MATH} had in the last files" in shifted(held)[READING]
    assert {*shifted(held)} == {READING, MATH}


def test_one_score_for_everyone_and_a_limit_that_is_off(rollbook: CommandLine, night: Path) -> None:
    same = file(night / "same.csv", lambda at: (*as_it_was(at)[:2], 430, as_it_was(at)[3]))
    tried = bring(rollbook, same, "--dry-run", code=7)
    assert "50 of 50 values" in tried["message"]
    assert rollbook("feeds", "set", "sis", "--shifted-limit", "100").code == 0
    completed = bring(rollbook, same)
    assert (completed["status"], shifted(completed)) == ("completed", {})


def test_a_day_of_absences_and_a_few_corrected_scores_are_no_shift(
    rollbook: CommandLine, night: Path
) -> None:
    def later(at: int) -> Numbers:
        absences, tardies, reading, math = as_it_was(at)
        return absences + (at % 10 == 0), tardies, reading + (at % 5 == 0), math

    assert bring(rollbook, file(night / "next.csv", later))["issues"]["by_code"] == {}


def test_a_column_that_the_feed_reads_from_another_one_is_not_compared_with_the_old(
    rollbook: CommandLine, night: Path
) -> None:
    renamed = file(night / "renamed.csv", hundredfold)
    renamed.write_text(renamed.read_text().replace("Absences YTD", "Periods"))
    assert rollbook("feeds", "map", "sis", "--header", "Periods=absences_ytd").code == 0
    assert shifted(bring(rollbook, renamed)) == {}


def test_a_score_that_the_feed_reads_from_another_column_is_not_compared_with_the_stored(
    rollbook: CommandLine, night: Path
) -> None:
    """A corrected mapping rewrites every score."""
    again = file(night / "again.csv", lambda at: (*as_it_was(at)[:2], 700 - at, as_it_was(at)[3]))
    again.write_text(again.read_text().replace(READING, "Scale"))
    field = "spring_2025_iready_reading_score"
    assert rollbook("feeds", "map", "sis", "--header", f"Scale={field}").code == 0
    assert shifted(bring(rollbook, again)) == {}


def test_a_column_that_another_feed_writes_holds_nothing(
    rollbook: CommandLine, night: Path
) -> None:
    added = rollbook("feeds", "add", "other", *SERVER, "--no-roster", stdin="pw\n")
    assert added.code == 0
    assert rollbook("feeds", "hand-over", "--to", "other", "absences_ytd").code == 0
    assert shifted(bring(rollbook, file(night / "next.csv", hundredfold))) == {}


def test_files_by_hand_may_hold_what_they_like(rollbook: CommandLine, tmp_path: Path) -> None:
    rollbook.json("import", file(tmp_path / "all.csv"))
    rollbook.json("import", file(tmp_path / "other.csv", hundredfold))
