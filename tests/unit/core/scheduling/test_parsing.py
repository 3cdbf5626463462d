"""What people type of a schedule, and what is written back for them to change."""

from collections.abc import Iterable
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.scheduling.parsing import (
    days_text,
    read_days,
    read_pauses,
    read_times,
    times_text,
)
from rollbook.core.scheduling.schedule import Pause, Schedule, ScheduleRefused
from rollbook.core.scheduling.typed_days import kept_period, read_day, typed_periods


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("2:00 AM", ["02:00"]),
        ("2am, 14:30", ["02:00", "14:30"]),
        ("12:00 AM, 12:15 pm", ["00:00", "12:15"]),
        ("02:00,", ["02:00"]),
        ("", []),
    ],
)
def test_times_are_read_as_people_write_them(text: str, times: list[str]) -> None:
    assert read_times(text) == times


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (range(7), "every day"),
        (range(5), "Monday to Friday"),
        (range(6), "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday"),
        ((6,), "Sunday"),
    ],
)
def test_days_are_written_as_people_say_them(days: Iterable[int], words: str) -> None:
    assert days_text(Schedule(zone="America/New_York", days=frozenset(days))) == words


@pytest.mark.parametrize("text", ["2", "25:00", "13:00 PM", "0:30 AM", "two", "2:60", "2.00"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ScheduleRefused, match=r"2:00 AM or 14:30") as caught:
        read_times(text)
    assert set(caught.value.faults) == {"times"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", [0, 1, 2, 3, 4]),
        ("Sun-Thu", [0, 1, 2, 3, 6]),
        ("mo, wednesday", [0, 2]),
        ("daily", [0, 1, 2, 3, 4, 5, 6]),
        ("sat", [5]),
    ],
)
def test_days_are_read_by_name_and_as_ranges(text: str, days: list[int]) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("weekdays", [0, 1, 2, 3, 4]),
        ("Every weekday", [0, 1, 2, 3, 4]),
        ("weekends", [5, 6]),
        ("every day", [0, 1, 2, 3, 4, 5, 6]),
        ("Monday to Friday", [0, 1, 2, 3, 4]),
        ("Mon through Thurs.", [0, 1, 2, 3]),
        ("mon–fri and Sunday", [0, 1, 2, 3, 4, 6]),
        ("Mondays, Wednesdays & Fridays", [0, 2, 4]),
        ("weekdays, sat", [0, 1, 2, 3, 4, 5]),
        ("tues; thurs", [1, 3]),
    ],
)
def test_days_are_read_in_the_words_of_a_calendar(text: str, days: list[int]) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize("text", ["m", "s", "to", "noday", "mon-x", "1"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ScheduleRefused, match="mon-fri"):
        read_days(text)


def test_a_pause_has_two_days_or_one_and_perhaps_a_reason() -> None:
    lines = ["2026-12-21 to 2027-01-03 Winter break", "", "2026-11-26", "2026-07-01..2026-07-02"]
    assert read_pauses(lines) == [
        {"first": "2026-12-21", "last": "2027-01-03", "reason": "Winter break"},
        {"first": "2026-11-26", "last": "2026-11-26", "reason": ""},
        {"first": "2026-07-01", "last": "2026-07-02", "reason": ""},
    ]


@pytest.mark.parametrize("line", ["winter", "2026-13-01", "12.21.26", "2026-02-30 to 2026-03-01"])
def test_what_is_no_pause_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(ScheduleRefused, match="Winter break"):
        read_pauses([line])


DATES = st.dates(date(2026, 1, 1), date(2030, 1, 1))
PAUSES = st.builds(
    lambda first, days, reason: Pause(first, first + timedelta(days=days), reason),
    DATES,
    st.integers(0, 90),
    st.sampled_from(["", "Winter break", "Summer"]),
)


@given(
    st.sets(st.builds(time, st.integers(0, 23), st.integers(0, 59)), min_size=1, max_size=9),
    st.sets(st.integers(0, 6), min_size=1),
    st.lists(PAUSES, max_size=3),
)
def test_what_is_written_is_read_back(
    times: set[time], days: set[int], pauses: list[Pause]
) -> None:
    schedule = Schedule(
        zone="America/New_York", times=tuple(times), days=frozenset(days), pauses=tuple(pauses)
    )
    written = schedule.to_json()
    assert read_times(times_text(schedule)) == written["times"]
    assert read_pauses(map(kept_period, schedule.pauses)) == written["pauses"]
    names = days_text(schedule).replace("every day", "daily").replace(" to ", "-")
    assert read_days(names) == written["days"]


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_read_the_american_way_and_as_it_is_kept(day: date) -> None:
    for text in (f"{day.month}/{day.day}/{day.year}", f"{day:%m/%d/%Y}", day.isoformat()):
        assert read_day(text) == day
        assert read_pauses([f"{text} Snow"])[0] == {
            "first": day.isoformat(), "last": day.isoformat(), "reason": "Snow",
        }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "21/12/2026",
        "12/21/026",
        "12/21-26",
        "2/30/2026",
        "20261221",
        "",
        "soon",
        "Dec 21",
        "1/2/0000",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_day(text)


def test_a_break_may_be_written_the_american_way() -> None:
    assert read_pauses(["12/21/2026 to 1/3/2027 Winter break", "12/21/2026 - 01/03/2027"]) == [
        {"first": "2026-12-21", "last": "2027-01-03", "reason": reason}
        for reason in ("Winter break", "")
    ]


TYPED = [
    "{m}/{d}/{yyyy}",
    "{m:02}/{d:02}/{yyyy}",
    "{m}/{d}/{yy:02}",
    "{m}-{d}-{yyyy}",
    "{m}-{d}-{yy:02}",
    "{b} {d}, {yyyy}",
    "{b}. {d} {yyyy}",
    "{B} {d}, {yyyy}",
    "{L} {d:02},{yyyy}",
    "{yyyy}-{m:02}-{d:02}",
]


def written(day: date, how: str) -> str:
    name = f"{day:%B}"
    return how.format(
        m=day.month, d=day.day, yyyy=day.year, yy=day.year % 100, b=name[:3], B=name, L=name.lower()
    )


@given(
    st.dates(date(2000, 1, 1), date(2099, 10, 1)),
    st.integers(0, 90),
    st.sampled_from(TYPED),
    st.sampled_from(TYPED),
    st.sampled_from([" to ", " - ", "-", "–", " – ", " through "]),
    st.sampled_from(["", "Winter break", "5th grade trip", "May dance"]),
)
def test_a_break_is_read_in_every_way_people_write_days(
    first: date, length: int, how: str, other: str, to: str, name: str
) -> None:
    last = first + timedelta(days=length)
    assert read_day(written(first, how)) == first
    line = f"{written(first, how)}{to}{written(last, other)} {name}"
    assert read_pauses([line]) == [{"first": f"{first}", "last": f"{last}", "reason": name}]
    [single] = read_pauses([f"{written(first, how)} {name}"])
    assert single == {"first": f"{first}", "last": f"{first}", "reason": name}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("13/1/2027", "There is no month 13."),
        ("12/21/2026 to 13/1/2027 Winter break", "There is no month 13."),
        ("0/1/2027", "There is no month 0."),
        ("2/30/2026", "February 2026 has no day 30."),
        ("Feb 29, 2027 Leap day", "February 2027 has no day 29."),
        ("2027-13-01", "There is no month 13."),
        ("11/0/2026", "November 2026 has no day 0."),
    ],
)
def test_what_day_there_is_none_of_is_said(line: str, why: str) -> None:
    with pytest.raises(ScheduleRefused, match="Winter break") as refused:
        read_pauses([line])
    assert why in refused.value.faults["pauses"]


@pytest.mark.parametrize(
    "line",
    [
        "12/21/26 1/3/27", "12-21-2026 1-3-2027", "Dec 21, 2026 Jan 3, 2027",
        "12/21/26-27 Winter", "12/21/2026 to Jan", "Dec 21 to Jan 3, 2027",
        "12/21/2026 and 12/22/2026 Winter", "12/21/2026 & 1/3/2027", "12/21/2026 up to 1/3/2027",
        "12/21/2026 Winter to 1/3/2027", "12/21/2026 Winter break (ends 1/3)",
        "12/21/2026 (Mon) - 1/3/2027 (Sun)", "12/21/2026 \u2192 1/3/2027", "12/21/2026 ~ 1/3/2027",
        "12/21/2026 Winter, back Jan 4", "12/21/2026 Monday to Friday",
        "12/21/2026 Winter 2027-01-03", "12/21/2026 to 1/3/2027, 2/15/2027", "11/26/2026, 11/27 x",
        "12/21/2026 to 12/23/2026 and 12/28/2026 Winter", "1/2/2027 1/3", "11/26/2026 & 27",
        "11/26/2026 and 27", "11/26/2026/27", "12/21/2026 - Jan", "12/21/2026 - Fri",
        "Nov 26, 2026 and 27th Thanksgiving", "11/26/2026; 27 Thanksgiving", "11/26/2026 Nov27",
        "11/26/2026 + 27 Thanksgiving", "11/26/2026 27 Thanksgiving", "11/26/2026 2 days",
        "11/26/2026 Thanksgiving / 27", "11/25/2026 27 Nov", "11/26/2026 & Friday",
        "11/26/2026 Thu and Fri", "11/26/2026, Friday", "11/26/2026 Thu Fri", "11/26/2026 -",
        "11/26/2026 and Black Friday", "11/26/2026 Thanksgiving until December",
        "11/26/2026 to 11/27/2026 + 30 Thanksgiving", "12/1/2026 2-4 Winter", "11/26/2026 27-28 x",
        "12/21/2026 Winter (returns Jan 4)", "11/26/2026 grades 3, 27", "11/26/2026 2026-11-27",
    ],
)  # fmt: skip
def test_another_day_is_no_name(line: str) -> None:
    with pytest.raises(ScheduleRefused):
        read_pauses([line])


def test_it_is_said_that_what_follows_a_day_may_be_another() -> None:
    with pytest.raises(ScheduleRefused) as refused:
        read_pauses(["11/26/2026 + 27 Thanksgiving"])
    assert "What follows the day may be another day off. Write one" in str(refused.value.faults)


def test_days_off_are_shown_as_they_are_typed() -> None:
    break_ = Pause(date(2026, 12, 21), date(2027, 1, 3), "Winter break")
    single = Pause(date(2026, 11, 11), date(2026, 11, 11), "Veterans Day")
    assert typed_periods([break_, single]) == (
        "12/21/2026 to 1/3/2027 Winter break\n11/11/2026 Veterans Day"
    )


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2212")
def test_a_break_is_written_with_any_dash(dash: str) -> None:
    [pause] = read_pauses([f"12/21/2026 {dash} 1/3/2027 Winter break"])
    assert (pause["last"], pause["reason"]) == ("2027-01-03", "Winter break")


@pytest.mark.parametrize(
    "name",
    [
        "Class of 2027 trip", "Veterans Day", "PD 2", "May Day", "9-12 only", "1/2 day",
        "Labor Day, 12-month staff", "2-hour delay", "Good Friday", "Fri, the last day",
        "End of Q1", "grades 3 and 4 trip", "2026-27 kickoff", "5th grade trip", "4th of July",
        "(early dismissal 12:30 PM)", "100th day", "PS 118", "\u201cMay\u201d Day", "Black Monday",
        "Día de los Muertos", "Fun in the sun", "",
    ],
)  # fmt: skip
def test_a_name_may_have_numbers_that_are_no_day(name: str) -> None:
    assert read_pauses([f"5/7/2027 {name}"])[0]["reason"] == name


@pytest.mark.parametrize(
    "line",
    ["12/21/2026 - Winter break", "12/21/2026: Winter break", "12/21/2026 \u2013 Winter break"],
)
def test_a_name_may_follow_a_dash(line: str) -> None:
    assert read_pauses([line])[0]["reason"] == "Winter break"


def test_a_break_may_say_when_school_is_on_again() -> None:
    for name in ("Winter Recess (returns Jan 4)", "Winter, back on Mon 1/4/2027"):
        [pause] = read_pauses([f"12/21/2026 to 1/3/2027 {name}"])
        assert (pause["last"], pause["reason"]) == ("2027-01-03", name)
