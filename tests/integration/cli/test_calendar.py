"""`rollbook calendar`, and the promise of a feed's schedule."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.integration.cli.commands import CommandLine
from tests.unit.core.calendar_file.test_calendar_files import day, ics

SOON = datetime.now(UTC).date() + timedelta(days=40)


def test_the_calendar_is_kept_by_command(rollbook: CommandLine, tmp_path: Path) -> None:
    assert "There is no calendar" in rollbook("calendar", "show").out
    added = rollbook(
        "calendar", "add", "2026-11-11 Veterans Day", "2026-12-21 to 2027-01-03 Winter"
    )
    assert added.out == "2 holidays and breaks were added.\n"
    shown = rollbook("calendar", "show").out
    assert shown.splitlines() == [
        "School: Monday to Friday",
        "  off: 2026-11-11 Veterans Day",
        "  off: 2026-12-21 to 2027-01-03 Winter",
    ]
    assert rollbook("calendar", "remove", "2026-11-11").code == 0
    assert rollbook("calendar", "remove", "2026-11-11").code == 2
    assert rollbook("calendar", "add", "Veterans Day").code == 2
    assert rollbook("calendar", "set", "mon-thu").code == 0
    assert "Thursday" in rollbook("calendar", "show").out
    assert "There is no calendar now" in rollbook("calendar", "set", "none").out


def test_a_file_is_shown_first_and_saved_when_that_is_asked(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "calendar.ics"
    file.write_bytes(
        ics(day(f"{SOON:%Y%m%d}", title="Spring break"), day(f"{SOON:%Y%m%d}", title="Picture day"))
    )
    shown = rollbook("calendar", "import", file)
    assert "Spring break" in shown.out
    assert "1 other all-day event left out" in shown.out
    assert "Nothing was changed" in shown.out
    assert "There is no calendar" in rollbook("calendar", "show").out
    assert "1 holiday or break was added" in rollbook("calendar", "import", file, "--save").out
    assert "Spring break" in rollbook("calendar", "show").out
    assert rollbook("calendar", "import", tmp_path / "nothing.ics").code == 2
    file.write_bytes(b"no calendar")
    refused = rollbook("calendar", "import", file, "--save")
    assert (refused.code, "It is no calendar" in refused.err) == (3, True)


def test_a_promise_is_set_shown_and_taken_back(rollbook: CommandLine) -> None:
    given = ("--host", "sftp.example.org", "--user", "x", "--pattern", "*.csv")
    assert rollbook("feeds", "add", "sis", *given, stdin="pw\n").code == 0
    shown = rollbook("feeds", "schedule", "sis", "--current-by", "6:30 AM")
    assert "  promised: current by 6:30 AM on school days\n" in shown.out
    assert 'current_by = "06:30"' in rollbook("feeds", "export", "-").out
    refused = rollbook("feeds", "schedule", "sis", "--current-by", "dawn")
    assert (refused.code, "6:30" in refused.err or "2:00 AM" in refused.err) == (2, True)
    assert "promised" not in rollbook("feeds", "schedule", "sis", "--current-by", "none").out
