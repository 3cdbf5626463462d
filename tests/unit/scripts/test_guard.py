"""The simulation behind docs/reference/guard.md, with one small district."""

from collections import Counter
from datetime import date, timedelta

from scripts.guard.__main__ import DEFAULT, Tallies, print_alarms, print_caught, run
from scripts.guard.disasters import DISASTERS
from scripts.guard.district import BEGINNINGS, NIGHTS, District, is_school_day, nights
from scripts.guard.rosters import KINDS, PLANTED_AFTER
from scripts.guard.rosters import District as RosterDistrict
from scripts.guard.rosters import Tallies as RosterTallies
from scripts.guard.rosters import run as run_rosters
from scripts.guard.turn_table import Outcome, print_turns
from scripts.guard.turning import BEFORE_JUNE, YEAR_ROUND, TurningDistrict
from scripts.guard.turns import run as run_turn

SEASON = "winter break"
LATE = 15
"""A turn in which a school opens, headers are mapped, and the SIS sets its counts back late."""
HARD_TO_SEE = {"year and 30 days swapped", "excused and unexcused swapped", "incidents reset to 0"}


def test_a_winter_without_a_false_alarm_in_which_disasters_are_caught() -> None:
    tallies = Tallies()
    run(300, 1, SEASON, tallies)
    assert tallies.alarms[300, SEASON, DEFAULT] == 0
    assert {name for _, _, name in tallies.planted} == {*DISASTERS}
    missed = {name for (*_, name), planted in tallies.planted.items()
              if tallies.caught[300, False, name] < planted}  # fmt: skip
    assert missed <= HARD_TO_SEE


def test_the_tables_say_what_was_counted(capsys: object) -> None:
    tallies = Tallies()
    tallies.runs[300, SEASON] = 1
    tallies.alarms[300, SEASON, 20] = 3
    print_alarms(tallies)
    tallies.planted[300, False, "absences × 100"] = 3
    tallies.caught[300, False, "absences × 100"] = 2
    print_caught(tallies)
    told = capsys.readouterr().out  # type: ignore[attr-defined]
    assert "| 300 | winter break | 1 | 1.50 | 0.00 | 0.00 | 0.00 |" in told
    assert "| absences × 100 | 2 of 3 |  |  |  |" in told


def test_a_seed_is_one_district_whose_year_begins_with_nothing() -> None:
    first = BEGINNINGS["a new school year"]
    district, again = District(40, 3, first), District(40, 3, first)
    before = district.columns()
    assert before == again.columns()
    assert any(before["absences_ytd"])
    day = first
    while not is_school_day(day):
        district.pass_day(day)
        day += timedelta(1)
    district.pass_day(day)
    assert {*district.columns()["absences_ytd"]} <= {0, 1, 2}, "an excused and another absence"
    found = [day for day, _ in nights(40, 3, first)]
    assert first == found[0]
    assert len(found) <= NIGHTS


def test_in_a_fall_single_schools_raise_no_alarm_and_disasters_are_caught() -> None:
    tallies = RosterTallies()
    run_rosters("K-8, 5 schools", 1, tallies, nights=PLANTED_AFTER[0] + 1)
    assert not tallies.alarms
    assert len(tallies.planted) == 8
    assert tallies.caught == tallies.planted


def test_a_seed_is_one_district_of_which_all_go_up_once() -> None:
    district, again = (RosterDistrict(KINDS["K-12, 3 schools"], 2) for _ in range(2))
    assert district.roster == again.roster
    before = dict(district.roster)
    district.pass_day(district.turns_on)
    stays = before.keys() & district.roster.keys()
    assert len(stays) > len(before) * 0.8
    up = sum(district.roster[student][1] != before[student][1] for student in stays)
    assert up > len(stays) * 0.95


def test_a_year_turns_without_a_false_hold_a_mapping_or_a_value_of_june() -> None:
    outcome = run_turn("K-12, 3 schools", LATE)
    assert outcome.turns == "seven weeks late"
    assert not outcome.held
    assert (outcome.mapped, outcome.shown, outcome.left_out_wrongly) == (0, 0, 0)
    assert outcome.left_out > 20
    assert outcome.shown_unswitched > 100


def test_a_sis_may_turn_in_may_and_a_school_begin_before_the_switch() -> None:
    early = TurningDistrict("K-12, 3 schools", 1, BEFORE_JUNE)
    assert early.turns_on < date(2026, 6, 1)
    apart = TurningDistrict("K-12, 3 schools", 1, YEAR_ROUND)
    assert apart.begins < apart.switch_on < apart.year.first == apart.turns_on
    apart.pass_day(apart.begins)
    file = apart.file(apart.begins)
    counts = {
        is_its: sum(file.columns["absences_ytd"][each] or 0 for each in students) / len(students)
        for is_its in (True, False)
        if (students := [each for each, (school, _) in file.roster.items()
                         if (school == apart.year_round) is is_its])
    }  # fmt: skip
    assert counts[True] < 1 < counts[False]


def test_the_table_of_turns_says_what_was_counted(capsys: object) -> None:
    print_turns([Outcome("a week late", Counter({"older": 2}), 1, 3, 4000, 5, 6, 153)])
    told = capsys.readouterr().out  # type: ignore[attr-defined]
    assert "| a week late | 1 | 153 | 2, older 2 | 1 | 5 nights | 6 | 3 | 4,000 |" in told
