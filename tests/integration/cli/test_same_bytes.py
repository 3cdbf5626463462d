"""The same bytes are passed over only while what the last import stored is still there."""

from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine, Stored, student, write_csv

BY_OTHER_HANDS = [
    "update student_data_snapshots set absences_ytd = 99 where id = 1",
    "update student_data_snapshots set school = null where id = 1",
    "update students set last_name = 'Else' where student_id = '0000001'",
    "update students set grade = '7' where student_id = '0000001'",
    "delete from student_data_snapshots where id = 1",
]


@pytest.fixture
def file(rollbook: CommandLine, tmp_path: Path) -> Path:
    file = write_csv(tmp_path / "all.csv", *map(student, range(1, 31)))
    rollbook.json("import", file)
    assert rollbook.json("import", file, code=6)["reason"] == "file_unchanged"
    return file


def by_hand(rollbook: CommandLine, statement: str) -> None:
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        connection.execute(statement)


def test_a_value_that_another_hand_changed_is_written_again_by_the_same_file(
    rollbook: CommandLine, stored: Stored, file: Path
) -> None:
    values = (
        "select k.student_id, k.last_name, k.grade, n.absences_ytd, n.school from students k"
        " join student_data_snapshots n on n.student_id = k.id order by 1"
    )
    before = stored(values)
    for statement in BY_OTHER_HANDS:
        by_hand(rollbook, statement)
        assert stored(values) != before
        report = rollbook.json("import", file)
        assert (report["stored"], report["counts"]["updated"]) == (True, 1), statement
        assert "a person has changed its values" in "".join(report["file"]["notes"])
        assert stored(values) == before
        assert rollbook.json("import", file, code=6)["reason"] == "file_unchanged"


def test_a_student_whom_another_hand_deleted_comes_back(
    rollbook: CommandLine, stored: Stored, file: Path
) -> None:
    by_hand(rollbook, "delete from student_data_snapshots where id = 1")
    by_hand(rollbook, "delete from students where student_id = '0000001'")
    assert rollbook.json("import", file)["counts"]["inserted"] == 1


def test_what_another_feed_wrote_counts_only_where_this_one_brings_it(
    rollbook: CommandLine, file: Path, tmp_path: Path
) -> None:
    rollbook(
        "feeds",
        "add",
        "iready",
        "--host",
        "sftp.example.org",
        "--user",
        "u",
        "--pattern",
        "*",
        stdin="secret\n",
    )
    scores = write_csv(
        tmp_path / "scores.csv",
        "0000001,9000000001,455",
        header="Student ID,SSID,Spring 2025 i-Ready Math Overall Score",
    )
    assert rollbook.json("import", scores, "--feed", "iready")["counts"]["updated"] == 1
    assert rollbook.json("import", file, code=6)["reason"] == "file_unchanged"
    absences = write_csv(tmp_path / "absences.csv", student(1, absences=8))
    assert rollbook.json("import", absences, "--feed", "iready")["counts"]["updated"] == 1
    assert rollbook.json("import", file)["counts"]["updated"] == 1


def test_columns_that_the_file_does_not_bring_may_change(rollbook: CommandLine, file: Path) -> None:
    by_hand(rollbook, "update student_data_snapshots set unexcused_absences_ytd = 4")
    assert rollbook.json("import", file, code=6)["reason"] == "file_unchanged"
