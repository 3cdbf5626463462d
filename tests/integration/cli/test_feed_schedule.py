"""`rollbook feeds schedule`."""

from tests.integration.cli.commands import CommandLine


def test_a_schedule_is_shown_and_changed_in_words(rollbook: CommandLine) -> None:
    given = ("--host", "sftp.example.org", "--user", "x", "--pattern", "*.csv")
    assert rollbook("feeds", "add", "sis", *given, stdin="pw\n").code == 0
    shown = rollbook("feeds", "schedule", "sis")
    assert shown.out.startswith("sis: every day at 2:00 AM Pacific Time\n"), shown
    changed = rollbook(
        "feeds",
        "schedule",
        "sis",
        "--at",
        "1:30 AM, 13:00",
        "--days",
        "weekdays",
        "--pause",
        "12/21/2026 to 1/3/2027 Winter break",
    )
    assert changed.out.startswith("sis: Monday to Friday at 1:30 AM, 1:00 PM")
    assert "  pause: 12/21/2026 to 1/3/2027 Winter break\n" in changed.out
    refused = rollbook("feeds", "schedule", "sis", "--at", "25:00")
    assert (refused.code, "2:00 AM or 14:30" in refused.err) == (2, True)
    off = rollbook("feeds", "schedule", "sis", "--off", "--pause", "none")
    assert "nothing is imported until you turn it on" in off.out
    assert "pause" not in off.out
    assert rollbook("feeds", "schedule", "files").code == 2
