"""`rollbook calendar`, and the promise of a feed's schedule."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.integration.cli.commands import CommandLine, Stored
from tests.unit.core.calendar_file.test_calendar_files import day, ics

SOON = datetime.now(UTC).date() + timedelta(days=40)


def test_the_calendar_is_kept_by_command(rollbook: CommandLine, tmp_path: Path) -> None:
    assert "No calendar yet" in rollbook("calendar", "show").out
    added = rollbook(
        "calendar", "add", "2026-11-11 Veterans Day", "2026-12-21 to 2027-01-03 Winter"
    )
    assert added.out == "Added 2 holidays and breaks.\n"
    shown = rollbook("calendar", "show").out
    assert shown.splitlines() == [
        "School days: Monday to Friday",
        "  off: 11/11/2026 Veterans Day",
        "  off: 12/21/2026 to 1/3/2027 Winter",
    ]
    assert rollbook("calendar", "remove", "2026-11-11").code == 0
    assert rollbook("calendar", "remove", "2026-11-11").code == 2
    assert rollbook("calendar", "add", "Veterans Day").code == 2
    assert rollbook("calendar", "set", "mon-thu").code == 0
    assert "Thursday" in rollbook("calendar", "show").out
    assert "Removed the calendar" in rollbook("calendar", "set", "none").out


def test_days_off_are_kept_while_there_is_no_calendar(rollbook: CommandLine) -> None:
    rollbook("calendar", "add", "2026-11-26 Thanksgiving", "2026-12-21 to 2027-01-03 Winter")
    rollbook("calendar", "set", "none")
    assert rollbook("calendar", "remove", "2026-11-26").code == 0
    assert "No calendar yet" in rollbook("calendar", "show").out
    assert rollbook("calendar", "add", "2026-11-11 Veterans Day").code == 0
    shown = rollbook("calendar", "show").out
    assert "Veterans Day" in shown
    assert "Winter" in shown
    assert "Thanksgiving" not in shown


def test_a_file_without_a_day_off_makes_no_calendar(rollbook: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "calendar.ics"
    file.write_bytes(ics(day(f"{SOON:%Y%m%d}", title="Picture day")))
    saved = rollbook("calendar", "import", file, "--save")
    assert (saved.code, "Added 0 holidays and breaks" in saved.out) == (0, True)
    assert "No calendar yet" in rollbook("calendar", "show").out


def test_a_title_that_reads_like_a_last_day_is_saved_as_one_day(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "calendar.ics"
    file.write_bytes(ics(day(f"{SOON:%Y%m%d}", title="to 2027-99-99")))
    assert rollbook("calendar", "import", file, "--all", "--save").code == 0
    shown = f"off: {SOON:%Y-%m-%d} to {SOON:%Y-%m-%d} to 2027-99-99"
    assert shown in rollbook("calendar", "show").out, "as it is kept, which is read as the same day"


def test_days_off_that_cannot_be_used_are_never_replaced_unseen(
    rollbook: CommandLine, stored: Stored
) -> None:
    rollbook("calendar", "add", "2026-11-11 Veterans Day")
    written = stored(
        "update settings set value = value || chr(10) || 'soon' where key = 'calendar.days_off'"
        " returning value"
    )
    assert rollbook("calendar", "set", "mon-thu").code == 0
    for change in ("add", "2026-11-26 Thanksgiving"), ("remove", "2026-11-11"):
        refused = rollbook("calendar", *change)
        assert (refused.code, "We can't read “soon”" in refused.err) == (2, True)
    assert stored("select value from settings where key = 'calendar.days_off'") == written


def test_a_file_is_shown_first_and_saved_when_that_is_asked(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "calendar.ics"
    file.write_bytes(
        ics(day(f"{SOON:%Y%m%d}", title="Spring break"), day(f"{SOON:%Y%m%d}", title="Picture day"))
    )
    shown = rollbook("calendar", "import", file)
    assert "Spring break" in shown.out
    assert "Left out 1 other all-day event" in shown.out
    assert "Preview only" in shown.out
    assert "No calendar yet" in rollbook("calendar", "show").out
    assert "Added 1 holiday or break" in rollbook("calendar", "import", file, "--save").out
    assert "Spring break" in rollbook("calendar", "show").out
    assert rollbook("calendar", "import", tmp_path / "nothing.ics").code == 2
    file.write_bytes(b"no calendar")
    refused = rollbook("calendar", "import", file, "--save")
    assert (refused.code, "It isn't a calendar file" in refused.err) == (3, True)


def test_a_promise_is_set_shown_and_taken_back(rollbook: CommandLine) -> None:
    given = ("--host", "sftp.example.org", "--user", "x", "--pattern", "*.csv")
    assert rollbook("feeds", "add", "sis", *given, stdin="pw\n").code == 0
    shown = rollbook("feeds", "schedule", "sis", "--current-by", "6:30 AM")
    assert "  alert if not up to date by 6:30 AM on school days\n" in shown.out
    assert 'current_by = "06:30"' in rollbook("feeds", "export", "-").out
    refused = rollbook("feeds", "schedule", "sis", "--current-by", "dawn")
    assert (refused.code, "6:30" in refused.err or "2:00 AM" in refused.err) == (2, True)
    assert "alert" not in rollbook("feeds", "schedule", "sis", "--current-by", "none").out
