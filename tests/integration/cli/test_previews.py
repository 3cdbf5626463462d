"""A dry run and a held import keep what they would have changed, and change nothing."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, Stored, student, write_csv

RECORD = (
    "select c.row_number, coalesce(k.student_id, c.given_id), c.is_new, c.had_data,"
    " (select json_object_agg(f.name, json_build_array(f.before, f.after) order by f.name)"
    "  from unnest(i.fields, c.before, c.after) as f(name, before, after)"
    "  where f.before is distinct from f.after), c.imported_at::text, c.import_job_id"
    " from rollbook.student_changes c join rollbook.import_changes i using (job_id)"
    " left join public.students k on k.id = c.student_id where c.job_id = {} order by 1"
)
PRESENCE = (
    "select k.student_id, c.missing_since is null from rollbook.presence_changes c"
    " join public.students k on k.id = c.student_id where c.job_id = {} order by 1"
)
NEW = "select student_id, given_id from rollbook.student_changes where job_id = {} and is_new"
HEADS = "select job_id, is_stored from rollbook.import_changes order by job_id"


@pytest.fixture
def known(rollbook: CommandLine, tmp_path: Path) -> Path:
    """Nine students are stored by jobs 1 and 2, of whom one is missing; return another file: one of
    them changes, one is gone, one is back, one is new, and has an odd name."""
    nine = [student(number) for number in range(1, 10)]
    rollbook.json("import", write_csv(tmp_path / "first.csv", *nine))
    rollbook.json("import", write_csv(tmp_path / "second.csv", *nine[:-1]))
    odd = student(10, name='"T\\ab, ""{NULL}"""')
    rows = [student(1, absences=5, grade=4), *nine[2:], odd]
    return write_csv(tmp_path / "third.csv", *rows)


def record_of(stored: Stored, job: int) -> Any:
    return stored(RECORD.format(job)), stored(PRESENCE.format(job))


def test_a_dry_run_keeps_what_the_import_that_follows_changes(
    rollbook: CommandLine, known: Path, stored: Stored
) -> None:
    checked = rollbook.json("import", known, "--dry-run")["job"]
    assert stored("select count(*) from public.students") == [(9,)]
    would = record_of(stored, checked)
    assert [row[1] for row in would[0]] == ["0000001", "0000010"]
    assert would[1] == [("0000002", True), ("0000009", False)]
    assert stored(NEW.format(checked)) == [(None, "0000010")]
    done = rollbook.json("import", known)["job"]
    assert record_of(stored, done) == would
    assert stored(HEADS) == [(1, True), (2, True), (checked, False), (done, True)]


def test_a_held_import_keeps_it_and_once_applied_has_its_own_record_alone(
    rollbook: CommandLine, known: Path, stored: Stored, tmp_path: Path
) -> None:
    rows = known.read_text().splitlines()[1:]
    held = write_csv(tmp_path / "held.csv", *rows, *[f",{each},,,,,,," for each in range(9)])
    job = rollbook.json("import", held, code=7)["job"]
    would = record_of(stored, job)
    assert len(would[0]) == 2
    assert stored(HEADS)[-1] == (job, False)
    rollbook.json("jobs", "approve", str(job), "--reason", "Nine are visitors")
    assert stored(HEADS)[-1] == (job, True)
    assert record_of(stored, job) == would


def test_the_command_tells_what_a_dry_run_would_change_and_its_import_the_same(
    rollbook: CommandLine, known: Path
) -> None:
    checked = rollbook.json("import", known, "--dry-run")["job"]
    would = rollbook.json("jobs", "changes", str(checked), "--lines", "all")
    done = rollbook.json("import", known)["job"]
    assert rollbook.json("jobs", "changes", str(done)) == would | {"job": done, "stored": True}
    assert (would["stored"], would["new"], would["missing"], would["back"]) == (False, 1, 1, 1)
    assert would["fields"]["absences_ytd"] == {"filled": 0, "changed": 1, "cleared": 0}
    one = rollbook.json("jobs", "changes", str(done), "--field", "absences_ytd")["changes"]
    assert one == [
        {
            "row": 2,
            "student_id": "0000001",
            "what": "changed",
            "field": "absences_ytd",
            "before": "3",
            "after": "5",
            "before_by_another_hand": False,
        }
    ]
    said = rollbook("jobs", "changes", str(checked)).out
    assert "nothing was saved" in said
    assert "Absences YTD" in said
    refused = rollbook("jobs", "changes", str(done), "--field", "nonsense")
    assert (refused.code, "no field “nonsense”" in refused.err) == (2, True)


def test_an_import_that_fails_leaves_no_record(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    rollbook.json("import", write_csv(tmp_path / "none.csv", ",,,,,,,,"), code=3)
    assert stored(HEADS) == []
    assert "has no record of changes" in rollbook("jobs", "changes", "1").out
    assert rollbook.json("jobs", "changes", "1")["changes"] == []
