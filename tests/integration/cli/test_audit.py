"""`rollbook audit verify` and `export`: what they say, and how they end."""

from pathlib import Path

import psycopg

from tests.integration.cli.commands import CommandLine


def test_a_whole_audit_is_said_to_be_whole_with_its_checkpoint(rollbook: CommandLine) -> None:
    assert rollbook("settings", "set", "import.notification_emails", "it@example.org").code == 0
    found = rollbook.json("audit", "verify")
    assert (found["events"] > 0, found["expired"], found["unsealed"]) == (True, 0, 0)
    told = rollbook("audit", "verify", "--checkpoint", found["newest"])
    assert told.code == 0, told
    assert told.out.splitlines()[-1] == f"Checkpoint: {found['newest']}"
    for text in ("12:xyz", "", " "):
        odd = rollbook("audit", "verify", "--checkpoint", text)
        assert (odd.code, "64 hexadecimal digits" in odd.err) == (2, True), odd


def test_a_changed_audit_ends_with_one_and_names_the_event(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rollbook("settings", "set", "import.notification_emails", "it@example.org")
    last = rollbook.json("audit", "verify")["newest"].partition(":")[0]
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        connection.execute("alter table rollbook.audit_events disable trigger user")
        connection.execute("update rollbook.audit_events set actor = 'no one'")
    done = rollbook("audit", "verify")
    assert (done.code, done.out) == (1, ""), done
    assert "The audit log was changed: event " in done.err
    assert int(last) >= 1
    file = tmp_path / "audit.txt"
    for exported in (rollbook("audit", "export"), rollbook("audit", "export", "--output", file)):
        assert (exported.code, "The audit log was changed: event 1 is" in exported.err) == (1, True)
        written = exported.out or file.read_text(encoding="ascii")
        assert " changed: event 1 isn't the one" in written.splitlines()[-1]


def test_the_export_has_one_line_for_each_event_and_is_its_owners_alone(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rollbook("settings", "set", "import.notification_emails", "it@example.org")
    printed = rollbook("audit", "export").out
    *lines, end = printed.splitlines()
    assert len(lines) == rollbook.json("audit", "verify")["events"]
    assert (end.split()[0], end.split()[2:]) == ("end", ["whole"])
    file = tmp_path / "audit.txt"
    assert rollbook("audit", "export", "--output", file).code == 0
    assert file.read_text(encoding="ascii").splitlines()[:-1] == lines
    assert file.stat().st_mode & 0o777 == 0o600
    again = rollbook("audit", "export", "--output", file)
    assert (again.code, "already" in again.err) == (2, True), again
