"""The school year turns: what last year counted is set aside, and comes back in one step."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from rollbook.core.errors import RollbookError
from tests.integration.cli.commands import CommandLine, Stored, write_csv

SERVER = ("--host", "localhost", "--user", "x", "--pattern", "*")
HEADER = "Student ID,SSID,Last Name,First Name,Grade,Absences YTD,Tardies in last 30 days"
WHY = ("--reason", "the year turns")
VALUES = (
    "select absences_ytd, tardies_last_30_days from public.student_data_snapshots"
    " order by student_id"
)


def file(path: Path, *, absences: Callable[[int], object], grade: int = 3) -> Path:
    rows = (f"{at:07},90000{at:05},Lovelace,Ada,{grade},{absences(at)},2" for at in range(1, 31))
    return write_csv(path, *rows, header=HEADER)


def bring(rollbook: CommandLine, path: Path, *options: str, code: int = 0) -> Any:
    return rollbook.json("import", path, "--feed", "sis", *options, code=code)


@pytest.fixture
def june(rollbook: CommandLine, tmp_path: Path) -> Path:
    """A district at the end of a year, with the next year's days set."""
    assert rollbook("feeds", "add", "sis", *SERVER, stdin="pw\n").code == 0
    path = file(tmp_path / "june.csv", absences=lambda at: at)
    bring(rollbook, path)
    begin(rollbook, days=20)
    return path


def begin(rollbook: CommandLine, *, days: int) -> None:
    """Set the days of a school year that begins in so many days."""
    first = datetime.now(UTC).date() + timedelta(days=days)
    assert rollbook("year", "set", f"{first}", f"{first + timedelta(days=290)}").code == 0


def values(stored: Stored) -> list[tuple[Any, ...]]:
    return stored(VALUES)


def test_a_rehearsal_writes_nothing_and_says_what_the_switch_does(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    before = values(stored)
    told = rollbook.json("year", "rehearse")
    assert (told["switched"], told["students"], told["values"]["absences_ytd"]) == (False, 30, 30)
    assert "isn't known yet" in rollbook("year", "rehearse").out
    assert values(stored) == before
    done = rollbook.json("year", "switch", *WHY, "--yes")
    assert done["values"] == told["values"]
    assert values(stored) == [(None, None)] * 30
    shown = rollbook.json("students", "show", "0000007")["values"]["absences_ytd"]
    assert (shown["value"], shown["before"]) == (None, 7)
    assert rollbook("year", "switch", *WHY, "--yes").code != 0, "a year is switched to once"
    undone = rollbook.json("year", "undo", *WHY)
    assert (undone["values_restored"], undone["values_kept"]) == (60, 0)
    assert values(stored) == before
    assert rollbook("year", "undo", *WHY).code != 0


def test_last_years_file_stays_aside_and_the_new_years_values_stay_at_an_undo(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    begin(rollbook, days=-2)
    rollbook.json("year", "switch", *WHY, "--yes")
    assert bring(rollbook, june, "--force")["counts"]["updated"] == 0
    blank = file(june.parent / "blank.csv", absences=lambda at: "" if at > 10 else 1)
    assert bring(rollbook, blank)["status"] == "completed", "blank values are no alarm now"
    assert [each[0] for each in values(stored)] == [1] * 10 + [None] * 20
    undone = rollbook.json("year", "undo", *WHY)
    assert (undone["values_restored"], undone["values_kept"]) == (20, 40)
    assert [each[0] for each in values(stored)] == [1] * 10 + [*range(11, 31)]


def test_until_the_first_day_no_file_brings_last_years_values_back(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    rollbook.json("year", "switch", *WHY, "--yes")
    july = file(june.parent / "july.csv", absences=lambda at: at, grade=4)
    today = f"{datetime.now(UTC).date()}"
    assert rollbook("feeds", "set", "sis", "--promotion-on", today).code == 0
    done = bring(rollbook, july)
    assert done["status"] == "completed"
    assert "Absences YTD" in "".join(done["file"]["notes"])
    assert values(stored) == [(None, None)] * 30
    assert stored("select distinct grade from public.student_data_snapshots") == [("4",)]


def test_a_file_of_the_new_year_with_last_years_counts_brings_all_but_these(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    begin(rollbook, days=-2)
    stored(
        "update public.student_data_snapshots set imported_at = imported_at - interval '9 days'"
        " returning 1"
    )
    rollbook.json("year", "switch", *WHY, "--yes")
    today = f"{datetime.now(UTC).date()}"
    assert rollbook("feeds", "set", "sis", "--promotion-on", today).code == 0
    late = file(june.parent / "late.csv", absences=lambda at: at + (at > 25), grade=4)
    done = bring(rollbook, late)
    assert (done["status"], done["issues"]["by_code"]) == ("completed", {"LAST_YEARS_COUNTS": 1})
    [issue] = done["issue_list"]
    assert "30 of 30 students" in issue["message"]
    assert values(stored) == [(None, None)] * 30
    assert stored("select distinct grade from public.student_data_snapshots") == [("4",)]
    turned = file(june.parent / "turned.csv", absences=lambda at: at % 2, grade=4)
    done = bring(rollbook, turned)
    assert (done["status"], done["issues"]["by_code"]) == ("completed", {})
    assert [each[0] for each in values(stored)] == [at % 2 for at in range(1, 31)]


def test_a_school_that_has_not_turned_is_left_out_alone(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    def night(name: str, absences: Callable[[int], object]) -> Path:
        schools = ("Lincoln", "High")
        rows = (
            f"{at:07},90000{at:05},Lovelace,Ada,3,{absences(at)},,{schools[at % 2]}"
            for at in range(1, 41)
        )
        return write_csv(tmp_path / name, *rows, header=f"{HEADER},School")

    assert rollbook("feeds", "add", "sis", *SERVER, stdin="pw\n").code == 0
    bring(rollbook, night("june.csv", lambda at: 5 + at))
    begin(rollbook, days=-2)
    stored(
        "update public.student_data_snapshots set imported_at = imported_at - interval '9 days'"
        " returning 1"
    )
    rollbook.json("year", "switch", *WHY, "--yes")
    done = bring(rollbook, night("august.csv", lambda at: 1 if at % 2 else 5 + at))
    assert done["issues"]["by_code"] == {"LAST_YEARS_COUNTS": 1}
    assert "20 of 20 students in some schools" in done["issue_list"][0]["message"]
    assert [each[0] for each in values(stored)] == [1, None] * 20


@pytest.mark.usefixtures("records")
def test_before_the_first_day_no_column_of_the_year_is_a_measure_for_later_ones(
    rollbook: CommandLine, june: Path
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.queries.feeds import feed_rules
    from rollbook.records.queries.jobs import columns_before

    def shares() -> set[str]:
        feed = Feed.objects.get(name="sis")
        return {*columns_before(feed, feed_rules(feed)).shares}

    assert "absences_ytd" in shares()
    rollbook.json("year", "switch", *WHY, "--yes")
    assert not {"absences_ytd", "tardies_last_30_days"} & shares()
    bring(rollbook, file(june.parent / "july.csv", absences=lambda at: at + 1))
    assert not {"absences_ytd", "tardies_last_30_days"} & shares()
    assert "grade" in shares()


def test_what_is_to_be_done_is_listed_with_who_goes_up_and_who_has_left(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    mapped = ("feeds", "map", "sis", "--header", "Scale=spring_2025_iready_reading_score")
    assert rollbook(*mapped).code == 0
    first = datetime.now(UTC).date() + timedelta(days=20)
    told = rollbook.json("year", "show")
    assert told["promotions"] == {"3": 30}
    assert told["leavers"] is None
    [expected] = told["promotions_expected"]
    assert expected["feed"] == "sis"
    assert date.fromisoformat(expected["first_day"]) <= first - timedelta(days=20)
    assert date.fromisoformat(expected["last_day"]) >= first + timedelta(days=30)
    asked = "".join(each["what"] for each in told["to_do"])
    assert f"Fall {first.year} isn't set up" in asked
    assert "“Scale”" in asked
    rollbook.json("year", "switch", *WHY, "--yes")
    some = file(june.parent / "some.csv", absences=lambda at: at)
    some.write_text("".join(some.read_text().splitlines(keepends=True)[:-2]))
    assert bring(rollbook, some)["status"] == "completed"
    told = rollbook.json("year", "show")
    assert (told["promotions"], told["leavers"]) == ({}, 2)
    assert f"Fall {first.year} isn't set up" in told["to_do"][0]["what"], "it is still to be done"
    assert "“Scale”" in told["to_do"][-1]["what"]


def test_a_protected_value_stays(rollbook: CommandLine, stored: Stored, june: Path) -> None:
    assert rollbook("students", "protect", "0000003", "absences_ytd", *WHY).code == 0
    told = rollbook.json("year", "switch", *WHY, "--yes")
    assert told["values"]["absences_ytd"] == 29
    assert [each[0] for each in values(stored) if each[0] is not None] == [3]


@pytest.mark.usefixtures("records")
def test_an_import_that_runs_is_waited_for_and_a_second_switch_is_refused(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    from rollbook.records.database import connect
    from rollbook.records.locks import FEED_RUNNING
    from rollbook.records.models import Feed
    from rollbook.records.operations.school_year import YearSwitched, switch_year

    lock = [FEED_RUNNING, Feed.objects.get(name="sis").pk]
    with connect(autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s, %s)", lock)
        with pytest.raises(RollbookError, match=r"is running|already importing"):
            switch_year(actor="ada", reason="the year turns")
    assert values(stored)[0][0] == 1
    switch_year(actor="ada", reason="the year turns")
    with pytest.raises(YearSwitched):
        switch_year(actor="eve", reason="the year turns")


@pytest.mark.usefixtures("records")
def test_of_two_switches_at_once_one_is_done_and_the_other_refused(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    from django.db import connection

    from rollbook.records.operations.school_year import switch_year

    together = Barrier(2)

    def switch(actor: str) -> str:
        try:
            together.wait(60)
            switch_year(actor=actor, reason="the year turns")
        except RollbookError as error:
            return error.reason
        finally:
            connection.close()
        return "switched"

    with ThreadPoolExecutor(2) as threads:
        found = sorted(threads.map(switch, ("ada", "eve")))
    assert found[0] in ("import_running", "switched")
    assert found[1:] in (["switched"], ["year_switched"])
    assert found.count("switched") == 1
    assert values(stored) == [(None, None)] * 30
    assert stored("select count(*) from rollbook.audit_events where action = 'year.switched'") == [
        (1,)
    ]


@pytest.mark.parametrize("days", [-300, -60, 150])
def test_a_year_is_switched_to_at_its_time_alone(
    rollbook: CommandLine, stored: Stored, june: Path, days: int
) -> None:
    begin(rollbook, days=days)
    assert rollbook("year", "switch", *WHY, "--yes").code != 0
    assert values(stored)[0][0] == 1


def test_a_first_day_that_is_moved_is_of_the_same_year(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    begin(rollbook, days=-2)
    rollbook.json("year", "switch", *WHY, "--yes")
    august = file(june.parent / "august.csv", absences=lambda at: 1)
    bring(rollbook, august)
    begin(rollbook, days=-1)
    told = rollbook.json("year", "show")
    assert (told["leavers"], told["promotions"]) == (0, {})
    refused = rollbook("year", "switch", *WHY, "--yes")
    assert (refused.code != 0, "already switched" in refused.err) == (True, True)
    assert [each[0] for each in values(stored)] == [1] * 30


def test_a_second_undo_takes_no_earlier_years_switch_back(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    begin(rollbook, days=-20)
    rollbook.json("year", "switch", *WHY, "--yes")
    stored("update rollbook.year_switches set first_day = first_day - 365 returning 1")
    begin(rollbook, days=20)
    rollbook.json("year", "switch", *WHY, "--yes")
    rollbook.json("year", "undo", *WHY)
    again = rollbook("year", "undo", *WHY)
    assert (again.code != 0, "There is no school year switch" in again.err) == (True, True)
    assert values(stored) == [(None, None)] * 30


def test_a_switch_whose_job_another_program_has_deleted_holds_all_the_same(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    before = values(stored)
    told = rollbook.json("year", "switch", *WHY, "--yes")
    stored(f"delete from public.jobs where id = {told['switch']} returning 1")
    assert rollbook.json("year", "show")["switch"] == told["switch"]
    july = file(june.parent / "july.csv", absences=lambda at: at, grade=4)
    today = f"{datetime.now(UTC).date()}"
    assert rollbook("feeds", "set", "sis", "--promotion-on", today).code == 0
    bring(rollbook, july)
    assert values(stored) == [(None, None)] * 30
    assert rollbook("year", "switch", *WHY, "--yes").code != 0
    assert rollbook.json("year", "undo", *WHY)["values_restored"] == 60
    assert values(stored) == before


def test_the_same_file_after_the_switch_brings_all_but_last_years_counts(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    """Also where a setting was changed since, which is what the list of what is to do asks for."""
    begin(rollbook, days=-2)
    rollbook.json("year", "switch", *WHY, "--yes")
    stored(
        "update public.student_data_snapshots set first_name = 'Eve' where student_id = '0000003'"
        " returning 1"
    )
    done = bring(rollbook, june)
    assert "stay set aside" in "".join(done["file"]["notes"])
    assert (done["status"], done["counts"]["updated"]) == ("completed", 1)
    names = "select distinct first_name from public.student_data_snapshots"
    assert stored(names) == [("Ada",)]
    assert bring(rollbook, june, code=6)["reason"] == "file_unchanged"
    assert rollbook("terms", "add", f"Fall {datetime.now(UTC).year + 1}").code == 0
    assert bring(rollbook, june)["status"] == "completed"
    assert values(stored) == [(None, None)] * 30


def test_counts_that_were_stored_after_the_first_day_may_be_the_new_years(
    rollbook: CommandLine, stored: Stored, june: Path
) -> None:
    """What a late switch sets aside then is no measure of last year's counts."""
    begin(rollbook, days=-2)
    rollbook.json("year", "switch", *WHY, "--yes")
    later = file(june.parent / "later.csv", absences=lambda at: at + (at > 25))
    assert bring(rollbook, later)["issues"]["by_code"] == {}
    assert [each[0] for each in values(stored)] == [at + (at > 25) for at in range(1, 31)]
