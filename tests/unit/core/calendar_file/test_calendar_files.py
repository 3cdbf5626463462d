"""Days off out of calendar files, as programs write them and as nobody should."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.core.calendar_file import process
from rollbook.core.calendar_file.found import (
    LARGEST,
    MOST_EVENTS,
    CalendarFileRefused,
    sounds_off,
)
from rollbook.core.calendar_file.process import read_calendar_file
from rollbook.core.calendar_file.reading import read_events

TODAY = date(2026, 11, 27)


def ics(*events: str) -> bytes:
    """A file with these events, each given by its lines."""
    body = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//District//EN\n{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def day(first: str, end: str = "", *more: str, title: str = "No school") -> str:
    until = [f"DTEND;VALUE=DATE:{end}"] if end else []
    return "\n".join([f"DTSTART;VALUE=DATE:{first}", *until, f"SUMMARY:{title}", *more])


def periods(data: bytes) -> list[tuple[str, str, str]]:
    found = read_events(data, TODAY)
    return [(f"{each.first}", f"{each.last}", each.reason) for each in found.periods]


def test_all_day_events_are_periods_and_their_end_is_the_day_after() -> None:
    data = ics(
        day("20261221", "20270104", title="Winter break"),
        day("20261111", title="Veterans Day"),
        day("20261112", "20261112", title="Ends before it begins"),
    )
    assert periods(data) == [
        ("2026-11-11", "2026-11-11", "Veterans Day"),
        ("2026-11-12", "2026-11-12", "Ends before it begins"),
        ("2026-12-21", "2027-01-03", "Winter break"),
    ]


def test_events_with_a_time_of_day_are_counted_and_left_out() -> None:
    timed = "DTSTART:20261130T190000Z\nDTEND:20261130T210000Z\nSUMMARY:Board meeting"
    found = read_events(ics(timed, day("20261111")), TODAY)
    assert (found.timed, len(found.periods)) == (1, 1)


def test_what_repeats_is_found_for_three_years_and_what_was_called_off_is_not() -> None:
    data = ics(
        day("20101111", "", "RRULE:FREQ=YEARLY", "UID:a", title="Veterans Day"),
        day("20261204", "", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20261211", "UID:b"),
        day("20270115", "", "STATUS:CANCELLED"),
    )
    assert [first for first, _, _ in periods(data)] == [
        "2026-11-11", "2026-12-04", "2026-12-18", "2027-11-11", "2028-11-11", "2029-11-11",
    ]  # fmt: skip


WEEKLY = day("20261106", "", "RRULE:FREQ=WEEKLY;COUNT=4", "UID:a")


def override(of: str, start: str, *more: str) -> str:
    return "\n".join([f"RECURRENCE-ID;VALUE=DATE:{of}", start, "UID:a", "SUMMARY:No school", *more])


def test_a_day_of_a_series_that_was_called_off_or_moved_is_not_where_it_was() -> None:
    data = ics(
        WEEKLY,
        override("20261113", "DTSTART;VALUE=DATE:20261113", "STATUS:CANCELLED"),
        override("20261120", "DTSTART:20261120T120000"),
        override("20261127", "DTSTART;VALUE=DATE:20261130"),
    )
    assert [first for first, _, _ in periods(data)] == ["2026-11-06", "2026-11-30"]
    found = read_events(data, TODAY)
    assert (found.timed, found.called_off) == (1, 1)
    assert found.left_out == "Left out: 1 with a time of day, 1 called off."


@pytest.mark.parametrize(
    "lines",
    [
        "RECURRENCE-ID:20261113T000000\nDTSTART;VALUE=DATE:20261113\nSTATUS:CANCELLED",
        "RECURRENCE-ID;VALUE=DATE:20261113\nSTATUS:CANCELLED",
        "RECURRENCE-ID;VALUE=DATE:20261113\nDTSTART:20401113T120000Z",
        "RECURRENCE-ID;VALUE=DATE:20261113\nDTSTART;VALUE=DATE:19401113",
    ],
)
def test_a_day_is_taken_out_of_its_series_however_programs_write_that(lines: str) -> None:
    found = [first for first, _, _ in periods(ics(WEEKLY, f"{lines}\nUID:a"))]
    assert found == ["2026-11-06", "2026-11-20", "2026-11-27"]


def test_events_that_are_too_long_for_a_break_are_counted_and_left_out() -> None:
    data = ics(
        day("20260801", "20270801", title="School year"),
        day("20260801", "20280801", title="Two years"),
        day("20270525", "20270902", title="Summer break"),
    )
    assert periods(data) == [("2027-05-25", "2027-09-01", "Summer break")]
    assert read_events(data, TODAY).left_out == "Left out: 2 longer than 100 days."
    assert read_events(ics(day("20261111")), TODAY).left_out == ""


def test_days_of_other_decades_are_not_offered() -> None:
    data = ics(day("19991111"), day("20990101"), day("00010101"), day("99991231"))
    assert periods(data) == []


def test_a_title_is_one_short_line() -> None:
    [(_, _, title)] = periods(ics(day("20261111", title="Veterans\\n Day\x07 " + "x" * 5000)))
    assert title.startswith("Veterans Day x")
    assert len(title) == 100


@pytest.mark.parametrize(
    ("title", "is_off"),
    [
        ("No School - Thanksgiving Break", True),
        ("Veterans' Day", True),
        ("Winter Recess", True),
        ("SCHOOLS CLOSED", True),
        ("Teacher Work Day", True),
        ("Professional Development Day", True),
        ("Early dismissal: Thanksgiving break begins", False),
        ("School resumes after spring break", False),
        ("Last day before winter break", False),
        ("Presidents\u2019 Day", True),
        ("New Year\u2019s Day", True),
        ("PTA Holiday Shop", False),
        ("Spring Break Camp registration", False),
        ("Kindergarten enrollment closed", False),
        ("Holiday party", False),
        ("Book fair, library closed", False),
        ("Board meeting", False),
        ("Report cards go home", False),
        ("", False),
    ],
)
def test_names_that_say_there_is_no_school_are_known(title: str, is_off: bool) -> None:
    assert sounds_off(title) == is_off


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "isn't a calendar"),
        (b"student_id,ssid\r\n1,2\r\n", "isn't a calendar"),
        (b"\x00\xff" * 100, "isn't a calendar"),
        (b"PK\x03\x04" + b"x" * 100, "isn't a calendar"),
        (ics(day("20261111", "", "RRULE:FREQ=SECONDLY")), "several times a day"),
        (ics(day("20261111", "", "RRULE:FREQ=DAILY;BYHOUR=1,2,3")), "several times a day"),
        (ics(day("20261111", "", "RRULE:FREQ=YEARLY;INTERVAL=0")), "several times a day"),
        (ics(*[day("20261111")] * (MOST_EVENTS + 1)), "5,000 events"),
        (ics(*[day("20250101", "", "RRULE:FREQ=DAILY")]), "1,000 periods"),
        (b"x" * (LARGEST + 1), "larger than 1 MB"),
    ],
)
def test_what_is_no_calendar_or_too_much_of_one_is_refused_in_words(
    data: bytes, words: str
) -> None:
    with pytest.raises(CalendarFileRefused) as refused:
        read_calendar_file(data, TODAY)
    assert words in str(refused.value)
    assert "calendar wasn't changed" in str(refused.value)


def test_the_limited_process_finds_what_is_there() -> None:
    data = ics(day("20261221", "20270104", title="Winter break"), "DTSTART:20261130T190000Z")
    assert read_calendar_file(data, TODAY) == read_events(data, TODAY)


def test_a_file_that_would_keep_a_process_busy_ends_at_its_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    bomb = ics(*[day("19700101", "", never, f"UID:{number}") for number in range(4_000)])
    monkeypatch.setattr(process, "LONGEST", 3)
    with pytest.raises(CalendarFileRefused, match="too much time or memory"):
        read_calendar_file(bomb, TODAY)


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "BEGIN:VEVENT", "END:VEVENT", "DTSTART;VALUE=DATE:20261111", "DTSTART:20261111",
                "DTSTART;TZID=Nowhere:20261111T000000", "DTEND;VALUE=DATE:20261301", "DURATION:P2D",
                "DURATION:-P1000000000D", "RRULE:FREQ=YEARLY;INTERVAL=0", "RRULE:COUNT=-1",
                "RDATE:x",
                "RRULE:FREQ=DAILY;UNTIL=00010101", "SUMMARY:No school", "UID:1", "SEQUENCE:x",
                "RECURRENCE-ID;VALUE=DATE:20261111", "EXDATE:99999999", "STATUS:CANCELLED",
                "RRULE:FREQ=MONTHLY;BYSETPOS=999", "DTSTART;VALUE=DATE:20261111,20261112",
            ]
        ),
        st.text(max_size=30),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=8, deadline=None)  # a process each
@given(LINES)
def test_whatever_lines_a_file_has_it_is_read_or_refused(lines: list[str]) -> None:
    data = ics("DTSTART;VALUE=DATE:20261111\n" + "\n".join(lines))
    try:
        found = read_calendar_file(data, TODAY)
    except CalendarFileRefused:
        return
    assert all(each.first <= each.last for each in found.periods)
