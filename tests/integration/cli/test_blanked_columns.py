"""A column that was filled in the last import and has lost its values holds the next one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.demo.district import students
from rollbook.demo.vendors import iready_rows
from rollbook.demo.writers import write_rows
from tests.integration.cli.commands import CommandLine, write_csv

SERVER = ("--host", "localhost", "--user", "x", "--pattern", "*")
HEADER = "Student ID,SSID,Last Name,First Name,Grade,Absences YTD,Tardies YTD"
NIGHT = range(1, 31)


def file(path: Path, *, blank: int = 0, header: str = HEADER, cells: int = 7) -> Path:
    """A night of 30 students, of whom the first `blank` have no absences."""
    rows = (
        [f"{at:07}", f"90000{at:05}", "Lovelace", "Ada", "3", "" if at <= blank else f"{at}", "2"]
        for at in NIGHT
    )
    return write_csv(path, *(",".join(row[:cells]) for row in rows), header=header)


@pytest.fixture
def night(rollbook: CommandLine, tmp_path: Path) -> Path:
    """The folder of a district of which one night is stored, in the middle of a school year."""
    assert rollbook("feeds", "add", "sis", *SERVER, stdin="pw\n").code == 0
    today = datetime.now(UTC).date()
    days = today - timedelta(days=100), today + timedelta(days=100)
    assert rollbook("year", "set", *map(str, days)).code == 0
    bring(rollbook, file(tmp_path / "first.csv"))
    return tmp_path


def bring(rollbook: CommandLine, path: Path, *options: str, code: int = 0) -> Any:
    return rollbook.json("import", path, "--feed", "sis", *options, code=code)


def test_a_column_that_most_rows_have_lost_holds_the_import_and_is_named(
    rollbook: CommandLine, night: Path
) -> None:
    held = bring(rollbook, file(night / "next.csv", blank=16), code=7)
    assert (held["status"], held["issues"]["by_code"]["COLUMN_BLANKED"]) == ("held", 1)
    assert "have a value in Absences YTD. 16 of them (53.3%) have none." in held["message"]
    [issue] = [each for each in held["issue_list"] if each["code"] == "COLUMN_BLANKED"]
    assert (issue["column"], issue["field"], issue["row"]) == (
        "Absences YTD",
        "absences_ytd",
        None,
    )
    decided = rollbook.json("jobs", "approve", str(held["job"]), "--reason", "as it is")
    assert decided["status"] == "completed"
    again = bring(rollbook, file(night / "again.csv", blank=17))
    assert (again["status"], again["issues"]["by_code"]) == ("completed", {"COLUMN_BLANKED": 1}), (
        "what was accepted once is told, and holds nothing"
    )


def test_a_column_that_fades_is_told_and_then_held(rollbook: CommandLine, night: Path) -> None:
    first = bring(rollbook, file(night / "fades.csv", blank=12))
    assert (first["status"], first["issues"]["by_code"]) == ("completed", {"COLUMN_BLANKED": 1})
    held = bring(rollbook, file(night / "more.csv", blank=20), code=7)
    assert "20 of them (66.7%) have none" in held["message"]


def test_half_of_the_values_may_go_and_the_limit_can_be_set(
    rollbook: CommandLine, night: Path
) -> None:
    assert bring(rollbook, file(night / "half.csv", blank=15))["status"] == "completed"
    bring(rollbook, file(night / "whole.csv"))
    assert rollbook("feeds", "set", "sis", "--blanked-limit", "100").code == 0
    assert bring(rollbook, file(night / "none.csv", blank=30))["status"] == "completed"


def test_a_column_that_is_gone_holds_until_the_feed_lets_it_go(
    rollbook: CommandLine, night: Path
) -> None:
    gone: dict[str, Any] = {"header": HEADER.rpartition(",")[0], "cells": 6}
    assert rollbook("feeds", "map", "sis", "--ignore", "Bus").code == 0
    held = bring(rollbook, file(night / "gone.csv", **gone), code=7)
    assert "Tardies YTD" in [each["column"] for each in held["issue_list"]]
    assert "no longer matched: Tardies YTD. Saved values stay." in str(held["file"]["notes"])
    assert rollbook("feeds", "map", "sis", "--ignore", "tardies_ytd").code == 0
    completed = bring(rollbook, file(night / "gone.csv", **gone))
    assert (completed["status"], completed["issues"]["by_code"]) == ("completed", {})


def test_a_file_that_was_applied_for_another_reason_accepts_no_loss(
    rollbook: CommandLine, night: Path
) -> None:
    renamed = night / "renamed.csv"
    renamed.write_text(file(night / "n.csv", blank=14).read_text().replace("Ada", "Grace"))
    held = bring(rollbook, renamed, code=7)
    assert "another name" in held["message"]
    assert "have none" not in held["message"]
    rollbook.json("jobs", "approve", str(held["job"]), "--reason", "they are right")
    empty = night / "empty.csv"
    empty.write_text(file(night / "e.csv", blank=30).read_text().replace("Ada", "Grace"))
    assert "30 of them (100%) have none" in bring(rollbook, empty, code=7)["message"]


def test_a_fix_it_file_does_not_keep_its_import_from_being_applied(
    rollbook: CommandLine, night: Path
) -> None:
    lines = file(night / "rows.csv").read_text().splitlines()
    without = [
        line.replace(f"90000{at:05}", "") if 10 <= at < 20 else line
        for at, line in enumerate(lines)
    ]
    odd = write_csv(night / "odd.csv", *without[1:], header=without[0])
    held = bring(rollbook, odd, code=7)
    told = rollbook("jobs", "fixit", str(held["job"])).out
    for at in range(10, 20):
        told = told.replace(f"{at:07},,", f"{at:07},90000{at:05},")
    repaired = night / "repaired.csv"
    repaired.write_text(told, encoding="utf-8")
    assert bring(rollbook, repaired)["counts"]["unchanged"] == 10
    decided = rollbook.json("jobs", "approve", str(held["job"]), "--reason", "ok")
    assert (decided["status"], decided["counts"]["rejected"]) == ("completed", 10)


def test_a_dry_run_says_what_would_hold_the_import(rollbook: CommandLine, night: Path) -> None:
    tried = bring(rollbook, file(night / "n.csv", blank=30), "--dry-run", code=7)
    assert tried["issues"]["by_code"]["COLUMN_BLANKED"] == 1
    assert bring(rollbook, file(night / "next.csv", blank=1))["status"] == "completed"


def test_files_by_hand_may_hold_what_they_like(rollbook: CommandLine, tmp_path: Path) -> None:
    rollbook.json("import", file(tmp_path / "all.csv"))
    rollbook.json("import", file(tmp_path / "n.csv", blank=30))
    rollbook.json("import", file(tmp_path / "g.csv", header=HEADER.rpartition(",")[0], cells=6))


SCORE, LEVEL = "Overall Scale Score", "Overall Relative Placement"


@pytest.mark.parametrize("lost", [SCORE, LEVEL])
def test_a_column_of_i_readys_tests_that_has_lost_its_values_holds_the_import(
    rollbook: CommandLine, tmp_path: Path, lost: str
) -> None:
    catalogue = student_catalogue()
    district = [*students(catalogue, count=60, seed=7)]
    kept = [at for at, each in enumerate(catalogue.fields) if each.term is None]
    header = [catalogue.fields[at].header for at in kept]
    roster = tmp_path / "roster.csv"
    write_rows(roster, [header, *([row[at] for at in kept] for row in district)])
    assert rollbook("import", roster).code == 0
    assert rollbook("feeds", "add", "iready", *SERVER, "--no-roster", stdin="pw\n").code == 0
    rows = [[*row] for row in iready_rows(catalogue, district, "math")]
    at = rows[0].index(lost)
    # Fewer tests, and those of other windows, are no loss.
    nights = [rows, rows[: len(rows) // 2], [rows[0], *reversed(rows[1:])]]
    for night, found in enumerate(nights):
        write_rows(path := tmp_path / f"{night}.csv", found)
        assert rollbook.json("import", path, "--feed", "iready")["status"] == "completed"
    write_rows(path, [rows[0], *([*row[:at], "", *row[at + 1 :]] for row in rows[1:])])
    held = rollbook.json("import", path, "--feed", "iready", code=7)
    assert "rows would have a value in i-Ready Math" in held["message"]
    [issue] = [each for each in held["issue_list"] if each["code"] == "COLUMN_BLANKED"]
    assert issue["column"] == lost


def test_while_the_year_turns_what_it_counts_may_begin_blank_and_is_told(
    rollbook: CommandLine, night: Path
) -> None:
    today = datetime.now(UTC).date()
    days = today + timedelta(days=10), today + timedelta(days=200)
    assert rollbook("year", "set", *map(str, days)).code == 0
    done = bring(rollbook, file(night / "next.csv", blank=30))
    assert (done["status"], done["issues"]["by_code"]) == ("completed", {"COLUMN_BLANKED": 1})


def test_a_column_of_a_term_that_is_over_may_be_gone(rollbook: CommandLine, night: Path) -> None:
    header = f"{HEADER},Spring 2025 i-Ready Reading Overall Score"
    scores = night / "scores.csv"
    rows = file(night / "next.csv", blank=1).read_text().splitlines()[1:]
    write_csv(scores, *(f"{row},500" for row in rows), header=header)
    assert bring(rollbook, scores)["status"] == "completed"
    done = bring(rollbook, file(night / "later.csv", blank=2))
    assert (done["status"], done["issues"]["by_code"]) == ("completed", {})
