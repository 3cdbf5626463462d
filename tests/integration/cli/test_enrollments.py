"""An SIS export with a row per enrollment stores each student once, as the right row has them."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.demo.district import students
from rollbook.demo.enrollments import MOVED, enrollment_file
from rollbook.demo.oneroster import oneroster_12_files, oneroster_files, write_archive
from tests.integration.cli.commands import CommandLine, Stored

CATALOGUE = student_catalogue()
COUNT = 42
TODAY = datetime.now(UTC).date()
CAMPUS = [
    *(f"student.{each}" for each in ("studentNumber", "stateID", "lastName", "firstName", "grade")),
    *("sch.name", "student.startDate", "student.endDate", "student.serviceType"),
]


@pytest.fixture
def district() -> list[list[str]]:
    return list(students(CATALOGUE, count=COUNT, seed=7))


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def values(stored: Stored) -> list[tuple[Any, ...]]:
    return stored(
        "select k.student_id, k.grade, to_jsonb(n) -"
        " '{id,student_id,imported_at,import_job_id,created_at,updated_at}'::text[]"
        " from students k join student_data_snapshots n on n.student_id = k.id order by 1"
    )


def test_an_export_of_enrollments_stores_what_the_roster_stores(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, district: list[list[str]]
) -> None:
    file = enrollment_file(CATALOGUE, district, day=TODAY)
    path = write(tmp_path / file.name, file.rows)
    checked = CommandLine(tmp_path / "without-database").json("check", path)
    report = rollbook.json("import", path)
    moved = COUNT // MOVED
    assert report["file"]["layout"]["is_certain"]
    assert (report["counts"]["inserted"], report["counts"]["left_out"]) == (COUNT, moved)
    assert report["counts"]["total"] + report["counts"]["left_out"] == len(file.rows) - 1
    kinds = ("total", "left_out", "rejected", "duplicates")
    assert [checked["counts"][kind] for kind in kinds] == [report["counts"][kind] for kind in kinds]
    assert report["issues"]["by_code"] == {"ENROLLMENTS_DIFFER": moved / 2}
    assert report["issues"]["errors"] == 0
    assert any("6 further enrollments of the same students" in n for n in report["file"]["notes"])
    of_enrollments = values(stored)

    kept = [
        at
        for at, field in enumerate(CATALOGUE.fields)
        if field.term is None and field.name != "preferred_name"
    ]
    header = [CATALOGUE.fields[at].header for at in kept]
    roster = [header, *([row[at] for at in kept] for row in district)]
    whole = rollbook.json("import", write(tmp_path / "roster.csv", roster))
    assert whole["counts"]["unchanged"] == COUNT
    assert values(stored) == of_enrollments


def test_a_warning_names_the_student_and_the_other_row(
    rollbook: CommandLine, tmp_path: Path, district: list[list[str]]
) -> None:
    file = enrollment_file(CATALOGUE, district[:1], day=TODAY)
    report = rollbook.json("import", write(tmp_path / file.name, file.rows))
    [issue] = report["issue_list"]
    assert (issue["code"], issue["row"]) == ("ENROLLMENTS_DIFFER", 3)
    assert issue["student_id"] == district[0][0]
    assert issue["message"].startswith("Row 2 of the same student is another enrollment")


def test_two_primary_enrollments_at_once_are_rejected_and_name_each_other(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    began = [(TODAY - timedelta(days)).isoformat() for days in (90, 60)]
    rows = [
        [str(500100 + n), str(7700100 + n), "Last", "First", "3", "Hilltop", began[0], "", "P"]
        for n in range(10)
    ]
    other = [*rows[0][:5], "Lakeview", began[1], "", "P"]
    assert rollbook("feeds", "set", "files", "--layout", "infinite-campus-ad-hoc").code == 0
    report = rollbook.json("import", write(tmp_path / "a.csv", [CAMPUS, *rows, other]))
    assert report["issues"]["by_code"] == {"ENROLLED_TWICE": 2}
    assert [issue["row"] for issue in report["issue_list"]] == [2, 12]
    assert (report["counts"]["rejected"], report["counts"]["left_out"]) == (2, 0)
    other[-1] = "S"
    report = rollbook.json("import", write(tmp_path / "b.csv", [CAMPUS, *rows, other]))
    assert (report["counts"]["inserted"], report["counts"]["left_out"]) == (1, 1)
    assert stored("select distinct school from student_data_snapshots") == [("Hilltop",)]


def test_the_same_file_is_read_again_on_another_day(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    person = ["500100", "7700100", "Last", "First", "3"]
    rows = [
        [*person, "Hilltop", (TODAY - timedelta(90)).isoformat(), "", "S"],
        [*person, "Lakeview", (TODAY - timedelta(60)).isoformat(), "", "S"],
    ]
    assert rollbook("feeds", "set", "files", "--layout", "infinite-campus-ad-hoc").code == 0
    path = write(tmp_path / "a.csv", [CAMPUS, *rows])
    assert rollbook.json("import", path)["counts"]["inserted"] == 1
    assert rollbook.json("import", path, code=6)["reason"] == "file_unchanged"
    stored("update public.jobs set started_at = started_at - interval '2 days' returning 1")
    again = rollbook.json("import", path)
    assert again["counts"]["unchanged"] == 1
    assert any("may have started or ended" in note for note in again["file"]["notes"])


def test_a_oneroster_archive_stores_grade_and_school_of_every_student(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, district: list[list[str]]
) -> None:
    files = oneroster_files(CATALOGUE, district, day=TODAY)
    assert any("," in row[4] for row in files["users.csv"][1:-1]), "some have moved"
    path = write_archive(tmp_path / "export.zip", files)
    checked = CommandLine(tmp_path / "without-database").json("check", path)
    report = rollbook.json("import", path)
    assert report["file"]["layout"]["name"] == "oneroster-users"
    assert report["issues"] == {"errors": 0, "warnings": 0, "by_code": {}}
    assert (report["counts"]["inserted"], report["counts"]["left_out"]) == (COUNT, 1)
    assert checked["counts"]["total"] == report["counts"]["total"] == COUNT
    place = {field.name: at for at, field in enumerate(CATALOGUE.fields)}
    names = ("student_id", "last_name", "first_name", "school")
    found = stored(
        "select k.student_id, k.last_name, k.first_name, n.school from students k"
        " join student_data_snapshots n on n.student_id = k.id order by 1"
    )
    assert found == sorted(tuple(row[place[name]] for name in names) for row in district)


def test_a_student_of_two_schools_at_once_keeps_the_school_that_is_stored(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, district: list[list[str]]
) -> None:
    files = oneroster_files(CATALOGUE, district, day=TODAY)
    rollbook.json("import", write_archive(tmp_path / "before.zip", files))
    before = stored("select school from student_data_snapshots order by student_id")
    header, *enrollments = files["enrollments.csv"]
    files["enrollments.csv"] = [header, *([*row[:-1], ""] for row in enrollments)]
    report = rollbook.json("import", write_archive(tmp_path / "after.zip", files))
    moved = sum("," in row[4] for row in files["users.csv"][1:-1])
    assert report["counts"]["unchanged"] == COUNT
    told = [each for each in report["issue_list"] if each["code"] == "SCHOOL_UNCERTAIN"]
    assert len(told) == report["issues"]["by_code"]["SCHOOL_UNCERTAIN"] == moved
    assert {(each["column"], each["field"]) for each in told} == {("School", "school")}
    assert stored("select school from student_data_snapshots order by student_id") == before
    files["manifest.csv"] = [("propertyName", "value"), ("file.users", "delta")]
    refused = rollbook.json("import", write_archive(tmp_path / "delta.zip", files), code=3)
    assert refused["reason"] == "changes_only"


def test_an_archive_in_which_no_organization_is_a_school_any_more_is_held(
    rollbook: CommandLine, tmp_path: Path, district: list[list[str]]
) -> None:
    server = ("--host", "localhost", "--user", "x", "--pattern", "*")
    assert rollbook("feeds", "add", "sis", *server, stdin="pw\n").code == 0
    files = oneroster_files(CATALOGUE, district, day=TODAY)
    before = write_archive(tmp_path / "before.zip", files)
    rollbook.json("import", before, "--feed", "sis")
    header, *orgs = files["orgs.csv"]
    files["orgs.csv"] = [header, *([*row[:4], "campus", *row[5:]] for row in orgs)]
    after = write_archive(tmp_path / "after.zip", files)
    held = rollbook.json("import", after, "--feed", "sis", code=7)
    assert held["issues"]["by_code"] == {"SCHOOL_LACKING": COUNT, "COLUMN_BLANKED": 1}
    assert f"have a value in School. {COUNT} of them (100%) have none" in str(held["message"])


@pytest.mark.parametrize("blanks", ["keep", "clear"])
def test_a_student_without_a_school_keeps_the_one_that_is_stored(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    district: list[list[str]],
    blanks: str,
) -> None:
    assert rollbook("feeds", "set", "files", "--blanks", blanks).code == 0
    files = oneroster_files(CATALOGUE, district, day=TODAY)
    rollbook.json("import", write_archive(tmp_path / "before.zip", files))
    before = stored("select school from student_data_snapshots order by student_id")
    header, first, *users = files["users.csv"]
    files["users.csv"] = [header, [*first[:4], "org-0", *first[5:]], *users]
    report = rollbook.json("import", write_archive(tmp_path / "after.zip", files))
    assert report["issues"]["by_code"] == {"SCHOOL_LACKING": 1}
    assert (report["counts"]["unchanged"], report["counts"]["rejected"]) == (COUNT, 0)
    assert stored("select school from student_data_snapshots order by student_id") == before


def test_a_oneroster_12_archive_stores_what_the_specifications_file_stores(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, district: list[list[str]]
) -> None:
    files = oneroster_12_files(CATALOGUE, district, day=TODAY)
    path = write_archive(tmp_path / "export.zip", files)
    checked = CommandLine(tmp_path / "without-database").json("check", path)
    report = rollbook.json("import", path)
    assert report["file"]["layout"]["name"] == "oneroster-12-users"
    assert report["issues"] == {"errors": 0, "warnings": 0, "by_code": {}}
    assert (report["counts"]["inserted"], report["counts"]["left_out"]) == (COUNT, 2)
    assert checked["counts"]["total"] == report["counts"]["total"] == COUNT
    of_archive = values(stored)

    names = ("student_id", "last_name", "first_name", "preferred_name", "grade", "school")
    kept = [at for at, field in enumerate(CATALOGUE.fields) if field.name in names]
    header = [CATALOGUE.fields[at].header for at in kept]
    assert rollbook("feeds", "set", "files", "--requires", "student_id").code == 0
    roster = [header, *([row[at] for at in kept] for row in district)]
    whole = rollbook.json("import", write(tmp_path / "roster.csv", roster))
    assert whole["counts"]["unchanged"] == COUNT
    assert values(stored) == of_archive


def test_users_of_oneroster_12_without_their_roles_are_refused(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, district: list[list[str]]
) -> None:
    files = oneroster_12_files(CATALOGUE, district, day=TODAY)
    alone = write(tmp_path / "users.csv", files["users.csv"])
    assert rollbook.json("import", alone, code=3)["reason"] == "roles_missing"
    del files["roles.csv"]
    path = write_archive(tmp_path / "export.zip", files)
    assert rollbook.json("import", path, code=3)["reason"] == "roles_missing"
    assert stored("select count(*) from students") == [(0,)]
