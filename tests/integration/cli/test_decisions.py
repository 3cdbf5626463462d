"""A held import is applied once, or discarded, with a reason; nothing else undoes the limits."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.commands import HEADER, CommandLine, Stored, student, write_csv


@pytest.fixture
def held(rollbook: CommandLine, tmp_path: Path) -> int:
    """An import of 20 rows of which 5 have no Student ID."""
    rows = [student(number) for number in range(1, 21)]
    rows[5:10] = [f",{row.split(',', 1)[1]}" for row in rows[5:10]]
    done = rollbook("import", write_csv(tmp_path / "held.csv", *rows))
    assert done.code == 7
    assert "rollbook jobs approve 1 --reason" in done.out
    return 1


def test_an_approved_import_is_applied_once_and_its_file_forgotten(
    rollbook: CommandLine, held: int, tmp_path: Path, stored: Stored
) -> None:
    report = rollbook.json("jobs", "approve", str(held), "--reason", "Five are visitors")
    assert (report["job"], report["status"], report["stored"]) == (held, "completed", True)
    assert (report["counts"]["inserted"], report["counts"]["rejected"]) == (15, 5)
    assert stored("select count(*) from public.students") == [(15,)]
    assert stored("select count(*) from rollbook.stored_files") == [(0,)]
    assert stored("select count(*) from rollbook.issues where code = 'MISSING_ID'") == [(5,)]
    assert stored("select count(*) from rollbook.rejected_rows") == [(5,)]
    assert stored(
        "select actor, after->>'reason', length(after->>'sha256') from rollbook.audit_events"
        " where action = 'import.approved'"
    ) == [("command line", "Five are visitors", 64)]
    again = rollbook("jobs", "approve", str(held), "--reason", "Again")
    assert again.code == 2
    assert "isn't on hold" in again.err


def test_the_limit_holds_the_next_file_again(
    rollbook: CommandLine, held: int, tmp_path: Path
) -> None:
    rollbook("jobs", "approve", str(held), "--reason", "Once")
    rows = [f",{student(number).split(',', 1)[1]}" for number in range(1, 21)]
    rollbook.json("import", write_csv(tmp_path / "next.csv", *rows), code=7)


def test_an_approved_import_is_judged_against_the_students_as_they_then_are(
    rollbook: CommandLine, held: int, tmp_path: Path
) -> None:
    rows = [student(number) for number in range(1, 5)]
    file = write_csv(tmp_path / "other.csv", *rows)
    given = ("--host", "sftp.example.org", "--user", "x", "--pattern", "*.csv")
    assert rollbook("feeds", "add", "other", *given, stdin="pw\n").code == 0
    rollbook.json("import", file, "--feed", "other")
    report = rollbook.json("jobs", "approve", str(held), "--reason", "Late")
    assert (report["counts"]["inserted"], report["counts"]["unchanged"]) == (11, 4)


def test_an_older_file_is_never_applied_over_a_newer_one(
    rollbook: CommandLine, held: int, tmp_path: Path, stored: Stored
) -> None:
    newer = write_csv(tmp_path / "newer.csv", *[student(number) for number in range(1, 21)])
    rollbook.json("import", newer)
    done = rollbook("jobs", "approve", str(held), "--reason", "Late")
    assert (done.code, "Import 2 has saved a newer file" in done.err) == (2, True)
    assert stored("select output_data->'report'->>'reason' from public.jobs where id = 1") == [
        ("held",)
    ]


def test_what_was_not_seen_is_not_approved(
    rollbook: CommandLine, held: int, stored: Stored
) -> None:
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        connection.execute(
            "insert into public.students (student_id, ssid, created_at, updated_at)"
            " values ('A', '9000000001', now(), now()), ('B', '9000000001', now(), now())"
        )
    report = rollbook.json("jobs", "approve", str(held), "--reason", "Late", code=7)
    assert (report["counts"]["rejected"], report["stored"]) == (6, False)
    assert stored("select count(*) from rollbook.stored_files") == [(1,)]


COPIES = """
insert into public.jobs (job_type, status, input_data, output_data, error_message, created_at)
select job_type, status, input_data, output_data, error_message, created_at from public.jobs
union all
select job_type, 'pending', input_data || '{"approved_by": "x"}', null, null, created_at
from public.jobs
"""
"""What another program makes of a held import: a copy of it, and one that asks to be run."""


def test_copies_of_a_row_of_ours_are_no_imports(
    rollbook: CommandLine, held: int, stored: Stored
) -> None:
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        connection.execute(COPIES)
    listed = json.loads(rollbook("jobs", "list", "--json").out)
    assert [each["job"] for each in listed] == [held]
    assert [rollbook("jobs", *words).code for words in (("show", "2"), ("cancel", "3"))] == [2, 2]
    report = rollbook.json("jobs", "approve", str(held), "--reason", "Five are visitors")
    assert (report["job"], report["status"]) == (held, "completed")
    rows = "select id, status::text from public.jobs order by id"
    assert stored(rows) == [(1, "completed"), (2, "pending"), (3, "pending")]


INVENTED = """
delete from rollbook.issues; delete from rollbook.rejected_rows;
update public.jobs set status = 'pending', output_data = null, input_data = input_data ||
    jsonb_build_object('force', true, 'upload', output_data #> '{report,file,name}',
        'approved_by', 'another program',
        'approved', jsonb_build_object('settings', output_data -> 'settings', 'rejected', 5))
"""


def test_an_approval_that_is_not_on_record_accepts_nothing(
    rollbook: CommandLine, held: int, stored: Stored
) -> None:
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        connection.execute(INVENTED)
    words = [sys.executable, "-m", "rollbook.automation.child", str(held)]
    environ = rollbook.environment()
    # It takes the end of its standard input for the end of the worker.
    with subprocess.Popen(words, env=environ, stdin=subprocess.PIPE) as child:
        child.wait(60)
    reason = "select output_data->'report'->>'reason' from public.jobs"
    assert (stored(reason), stored("select count(*) from public.students")) == ([("held",)], [(0,)])


def test_under_other_settings_a_held_import_is_judged_by_its_limits_again(
    rollbook: CommandLine, held: int, stored: Stored
) -> None:
    assert rollbook("feeds", "set", "files", "--blanks", "clear").code == 0
    rollbook.json("jobs", "approve", str(held), "--reason", "Visitors", code=7)
    report = rollbook.json("jobs", "approve", str(held), "--reason", "Visitors, seen again")
    assert (report["status"], report["counts"]["rejected"]) == ("completed", 5)


def test_a_discarded_import_changes_nothing_and_its_file_is_gone(
    rollbook: CommandLine, held: int, stored: Stored
) -> None:
    done = rollbook("jobs", "discard", str(held), "--reason", "The export had failed")
    assert (done.code, done.out) == (0, "Discarded import 1. Your data stays the same.\n")
    assert stored("select count(*) from rollbook.stored_files") == [(0,)]
    assert stored("select status::text, output_data->'report'->>'reason' from public.jobs") == [
        ("failed", "discarded")
    ]
    assert rollbook("jobs", "approve", str(held), "--reason", "No").code == 2


def test_a_decision_needs_a_reason(rollbook: CommandLine, held: int, stored: Stored) -> None:
    for decision, reason in (("approve", " "), ("discard", "one\ntwo"), ("discard", "\udc80")):
        done = rollbook("jobs", decision, str(held), "--reason", reason)
        assert (done.code, "Say why" in done.err) == (2, True)
    assert stored("select status::text from public.jobs") == [("pending",)]


def test_a_file_that_has_expired_cannot_be_applied(
    rollbook: CommandLine, held: int, stored: Stored
) -> None:
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        connection.execute("delete from rollbook.stored_file_chunks")
        connection.execute("delete from rollbook.stored_files")
    done = rollbook("jobs", "approve", str(held), "--reason", "Too late")
    assert (done.code, "has expired" in done.err) == (2, True)
    assert stored("select output_data->'report'->>'reason' from public.jobs") == [("held",)]


def test_a_check_that_was_held_has_nothing_to_apply(rollbook: CommandLine, tmp_path: Path) -> None:
    rows = [f",{student(number).split(',', 1)[1]}" for number in range(1, 21)]
    file = write_csv(tmp_path / "a.csv", *rows)
    assert "jobs approve" not in rollbook("import", file, "--dry-run").out
    assert rollbook("jobs", "approve", "1", "--reason", "Why not").code == 2


def test_where_students_are_gone_is_reported_by_school_and_grade(
    rollbook: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ("--host", "sftp.example.org", "--user", "x", "--pattern", "*.csv")
    assert rollbook("feeds", "add", "sis", *given, stdin="pw\n").code == 0
    north = [student(number) for number in range(1, 11)]
    south = [student(number, grade=4).replace("North", "South") for number in range(11, 21)]
    whole = write_csv(tmp_path / "whole.csv", *north, *south)
    rollbook.json("import", whole, "--feed", "sis")
    moved = [north[0].replace("North", "South")]
    cut = write_csv(tmp_path / "cut.csv", *moved, *north[1:], *south[:2])
    rollbook.json("import", cut, "--feed", "sis", code=7)
    told = rollbook("jobs", "show", "2").out
    assert "Students before and after" in told
    lines = [line.split() for line in told.splitlines()]
    assert ["South", "10", "3", "8", "0", "0", "0"] in lines, (
        "of 10 now 3, 8 missing, and one who has moved there; so few hold nothing themselves"
    )
    assert ["North", "10", "9", "0", "0", "0", "1"] in lines
    assert ["4", "10", "2", "−8"] in lines
    assert "Importing it anyway updates 1 and marks 8 students missing." in told
    assert rollbook("feeds", "schedule", "sis", "--on").code == 0
    assert rollbook("jobs", "discard", "2", "--reason", "The export was cut off").code == 0
    assert "note   sis: its newest file was discarded (import 2)." in rollbook("health").out


def test_what_is_expected_from_now_on_raises_the_limit_with_its_reason(
    rollbook: CommandLine, held: int, tmp_path: Path, stored: Stored
) -> None:
    report = rollbook.json("jobs", "approve", str(held), "--expect", "--reason", "Visitors stay")
    assert (report["status"], report["counts"]["rejected"]) == ("completed", 5)
    assert stored("select rejected_limit, version from rollbook.feeds where name = 'files'") == [
        (25, 2)
    ]
    assert stored("select number, made_by, reason from rollbook.feed_versions") == [
        (2, "command line", "Visitors stay")
    ]
    assert stored(
        "select after->'expected' from rollbook.audit_events where action = 'import.approved'"
    ) == [({"rejected_limit": 25},)]
    rows = [student(number) for number in range(1, 21)]
    rows[:5] = [f",{row.split(',', 1)[1]}" for row in rows[:5]]
    assert rollbook.json("import", write_csv(tmp_path / "next.csv", *rows))["status"] == "completed"


def test_what_no_limit_could_allow_is_not_expected(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    rows = [f"{student(number)},Teacher" for number in range(1, 3)]
    header = f"{HEADER},Role"
    held = rollbook.json("import", write_csv(tmp_path / "roles.csv", *rows, header=header), code=7)
    refused = rollbook("jobs", "approve", str(held["job"]), "--expect", "--reason", "They stay")
    assert (refused.code, "Import it anyway once, or discard it." in refused.err) == (2, True)
    assert stored("select version from rollbook.feeds where name = 'files'") == [(1,)]
    assert rollbook.json("jobs", "show")["status"] == "held"


def test_settings_that_changed_since_it_was_held_count_before_what_was_seen(
    rollbook: CommandLine, held: int, stored: Stored
) -> None:
    assert rollbook("feeds", "set", "files", "--names-limit", "1").code == 0
    report = rollbook.json("jobs", "approve", str(held), "--expect", "--reason", "Visitors stay")
    assert report["status"] == "completed", "25 % of rows are allowed now, whatever was seen"
    assert stored("select rejected_limit, names_limit from rollbook.feeds") == [(25, 1)]
