"""Vendors' exports are imported as they come, and store what the one wide file would store."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rollbook.core.catalogue.students import Catalogue, student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS, Term
from rollbook.core.statements import Statements
from rollbook.demo.district import students
from rollbook.demo.vendors import VendorFile, dibels_file, mclass_editions, vendor_files
from rollbook.demo.vendors_wide import data_system_file, instruction_files
from tests.integration.cli.commands import CommandLine, Stored

TERMS = (*INITIAL_TERMS, Term("Winter 2026"))
COUNT = 60
NO_SCORES = "_met_standard"
"""Not in any vendor's export."""


@pytest.fixture
def catalogue(rollbook: CommandLine) -> Catalogue:
    assert rollbook("terms", "add", "Winter 2026").code == 0
    return student_catalogue(TERMS)


@pytest.fixture
def district(catalogue: Catalogue) -> list[list[str]]:
    return list(students(catalogue, count=COUNT, seed=7))


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows(rows)
    return path


def wide(path: Path, catalogue: Catalogue, rows: Sequence[Sequence[str]], *, tests: bool) -> Path:
    """The specification's file, with or without what the vendors know."""
    kept = [
        at
        for at, field in enumerate(catalogue.fields)
        if not field.name.endswith(NO_SCORES) and (tests or field.term is None)
    ]
    header = [catalogue.fields[at].header for at in kept]
    return write(path, [header, *([row[at] for at in kept] for row in rows)])


def snapshots(stored: Stored) -> list[tuple[Any, ...]]:
    return stored(
        "select k.student_id, to_jsonb(k) - '{id,created_at,updated_at}'::text[],"
        " to_jsonb(n) - '{id,student_id,imported_at,import_job_id,created_at,updated_at}'::text[]"
        " from students k join student_data_snapshots n on n.student_id = k.id order by 1"
    )


def imported(rollbook: CommandLine, folder: Path, file: VendorFile) -> Any:
    """Import a vendor's file of known students without a fault; return the report."""
    report = rollbook.json("import", write(folder / file.name, file.rows))
    counts = report["counts"]
    assert report["file"]["layout"]["is_certain"], file.name
    assert report["issues"]["errors"] == 0, file.name
    assert counts["rejected"] == counts["inserted"] == counts["missing_from_file"] == 0
    taken = counts["total"] + counts["combined"] + counts["left_out"]
    assert taken == len(file.rows) - 1, file.name
    return report


def test_the_vendors_files_store_what_the_wide_file_stores(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    catalogue: Catalogue,
    district: list[list[str]],
) -> None:
    roster = wide(tmp_path / "roster.csv", catalogue, district, tests=False)
    assert rollbook.json("import", roster)["counts"]["inserted"] == COUNT
    for file in vendor_files(catalogue, district):
        imported(rollbook, tmp_path, file)
    of_vendors = snapshots(stored)
    whole = rollbook.json("import", wide(tmp_path / "wide.csv", catalogue, district, tests=True))
    assert (whole["counts"]["updated"], whole["counts"]["unchanged"]) == (0, COUNT)
    assert snapshots(stored) == of_vendors
    assert stored("select count(*) from rollbook.presence where missing_since is not null") == [
        (0,)
    ]


def test_a_row_with_several_tests_stores_what_the_wide_file_stores(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    catalogue: Catalogue,
    district: list[list[str]],
) -> None:
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    of_iready = instruction_files(catalogue, district)
    for file in [*of_iready, data_system_file(catalogue, district)]:
        report = imported(rollbook, tmp_path, file)
        assert report["issues"] == {"errors": 0, "warnings": 0, "by_code": {}}, file.name
        assert report["counts"]["combined"] == 0, file.name
        if file in of_iready:
            assert any(
                "further tests of the same window" in each for each in report["file"]["notes"]
            )
    of_vendors = snapshots(stored)
    rollbook.json("import", wide(tmp_path / "wide.csv", catalogue, district, tests=True))
    assert snapshots(stored) == of_vendors


@pytest.mark.parametrize(
    ("year", "layout"),
    [("2020", "mclass-dibels8-benchmark-until-2020"), ("2025", "auto"), ("2026", "auto")],
)
def test_each_edition_of_mclass_stores_the_scores_of_the_wide_file(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    catalogue: Catalogue,
    district: list[list[str]],
    year: str,
    layout: str,
) -> None:
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    [file] = [each for each in mclass_editions(catalogue, district) if year in each.name]
    assert rollbook("feeds", "set", "files", "--layout", layout).code == 0
    assert imported(rollbook, tmp_path, file)["counts"]["updated"] > 0
    of_vendor = snapshots(stored)
    assert rollbook("feeds", "set", "files", "--layout", "auto").code == 0
    kept = [at for at, field in enumerate(catalogue.fields) if field.area != "iready"]
    header = [catalogue.fields[at].header for at in kept]
    whole = write(tmp_path / "w.csv", [header, *([row[at] for at in kept] for row in district)])
    assert rollbook.json("import", whole)["counts"]["unchanged"] == COUNT
    assert snapshots(stored) == of_vendor


def test_scores_by_window_are_those_of_the_wide_file(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    catalogue: Catalogue,
    district: list[list[str]],
) -> None:
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    file = dibels_file(catalogue, district)
    report = imported(rollbook, tmp_path, file)
    assert report["issues"] == {"errors": 0, "warnings": 0, "by_code": {}}
    assert report["counts"]["left_out"] > 0
    kinds = ("lnf", "psf", "nwf_cls", "nwf_wrc", "orf_wc")
    scores = {f"{term.key}_dibels_{kind}_score" for term in TERMS for kind in kinds}
    tests = {field.name for field in catalogue.fields if field.term is not None}
    of_vendor = snapshots(stored)
    assert all(row[2][name] is None for row in of_vendor for name in tests - scores)
    rollbook.json("import", wide(tmp_path / "wide.csv", catalogue, district, tests=True))
    whole = snapshots(stored)
    for name in scores:
        assert [row[2][name] for row in of_vendor] == [row[2][name] for row in whole], name


def test_checking_counts_as_importing_does(
    rollbook: CommandLine, tmp_path: Path, catalogue: Catalogue, district: list[list[str]]
) -> None:
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    [file, *_] = vendor_files(catalogue, district)
    path = write(tmp_path / file.name, file.rows)
    alone = CommandLine(tmp_path / "home-without-database")
    terms = [word for term in TERMS for word in ("--term", term.name)]
    checked = alone.json("check", path, *terms)["counts"]
    imported = rollbook.json("import", path)["counts"]
    kinds = ("total", "combined", "left_out", "rejected", "duplicates")
    assert [checked[kind] for kind in kinds] == [imported[kind] for kind in kinds]
    assert imported["combined"] > 0
    assert imported["left_out"] > 0


def test_two_rows_of_a_student_with_several_tests_count_alike_when_checked_and_imported(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, catalogue: Catalogue
) -> None:
    district = list(students(catalogue, count=COUNT, seed=7))
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    header, *rows = instruction_files(catalogue, district)[1].rows
    days = [at for at, text in enumerate(header) if "Completion Date" in text]
    score = header.index("Diagnostic: Overall Scale Score (1)")
    tested = [row for row in rows if row[days[0]] and row[days[1]] != row[days[0]]]
    again, other, unreadable = (list(row) for row in tested[:3])
    other[score] = str(int(other[score]) + 1)
    unreadable[days[1]] = "soon"
    kept = [row for row in rows if row[2] != unreadable[2]]
    path = write(tmp_path / "twice.csv", [header, *kept, again, other, unreadable])
    alone = CommandLine(tmp_path / "home-without-database")
    terms = [word for term in TERMS for word in ("--term", term.name)]
    checked = alone.json("check", path, *terms)
    imported = rollbook.json("import", path)
    kinds = ("total", "combined", "left_out", "rejected", "duplicates")
    assert [checked["counts"][kind] for kind in kinds] == [
        imported["counts"][kind] for kind in kinds
    ]
    by_code = imported["issues"]["by_code"]
    assert (by_code["TESTS_CONTRADICT"], by_code["TEST_OF_UNKNOWN_TERM"]) == (2, 1)
    assert imported["counts"]["rejected"] == 3
    assert imported["counts"]["total"] + imported["counts"]["left_out"] == len(kept) + 3
    for row in (other, unreadable):
        values = rollbook.json("students", "show", row[2])["values"]
        assert not [name for name in values if "reading" in name and values[name]["value"]]
    name = "fall_2025_iready_reading_score"
    assert rollbook.json("students", "show", again[2])["values"][name]["value"]


def test_a_term_that_is_not_set_up_is_told_once_and_its_tests_are_left_out(
    tmp_path: Path, district: list[list[str]]
) -> None:
    alone = CommandLine(tmp_path / "home-without-database")
    [file, *_] = vendor_files(student_catalogue(TERMS), district)
    report = alone.json("check", write(tmp_path / file.name, file.rows))
    told = [issue for issue in report["issue_list"] if issue["code"] == "UNKNOWN_TERM"]
    assert [issue["column"] for issue in told] == ["Norming Window"]
    assert "belong to the term Winter 2026, which isn't set up" in told[0]["message"]
    assert any("tests of a term that isn't set up" in note for note in report["file"]["notes"])


def test_unknown_students_are_counted_and_never_created(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    catalogue: Catalogue,
    district: list[list[str]],
) -> None:
    known = wide(tmp_path / "roster.csv", catalogue, district[:-3], tests=False)
    rollbook.json("import", known)
    [file, *_] = vendor_files(catalogue, district)
    report = rollbook.json("import", write(tmp_path / file.name, file.rows))
    assert report["issues"]["by_code"]["STUDENT_UNKNOWN"] == report["counts"]["rejected"]
    assert stored("select count(*) from students") == [(COUNT - 3,)]


def test_numbers_that_moved_by_one_row_store_no_score_of_another_student(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    catalogue: Catalogue,
    district: list[list[str]],
) -> None:
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    [file, *_] = vendor_files(catalogue, district)
    header, *rows = file.rows
    number, ssid = header.index("Student ID"), header.index("Student State ID")
    known = sorted({row[0] for row in district})
    after = dict(zip(known, known[1:] + known[:1], strict=True))
    moved = [[*row[:number], after[row[number]], *row[number + 1 :]] for row in rows]
    for row in moved:
        row[ssid] = ""
    report = rollbook.json("import", write(tmp_path / file.name, [header, *moved]), code=7)
    assert report["issues"]["by_code"]["NAMES_DIFFER"] > COUNT * 0.8
    assert report["status"] == "held"


def test_tests_that_contradict_each_other_are_rejected_with_their_rows(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    catalogue: Catalogue,
    district: list[list[str]],
) -> None:
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    [file, *_] = vendor_files(catalogue, district)
    header, first, *rest = file.rows
    score, number = header.index("Overall Scale Score"), first[header.index("Student ID")]
    other = [*first]
    other[score] = str(int(first[score]) + 1)
    report = rollbook.json("import", write(tmp_path / file.name, [header, first, *rest, other]))
    assert report["issues"]["by_code"]["TESTS_CONTRADICT"] == 2
    assert report["counts"]["rejected"] == 2 + report["issues"]["by_code"]["STUDENT_DISPUTED"]
    values = rollbook.json("students", "show", number)["values"]
    assert not [name for name in values if "iready" in name and values[name]["value"]]


def test_a_feed_that_is_set_to_a_layout_takes_no_other_file(
    rollbook: CommandLine, tmp_path: Path, catalogue: Catalogue, district: list[list[str]]
) -> None:
    roster = wide(tmp_path / "roster.csv", catalogue, district, tests=False)
    rollbook.json("import", roster)
    assert rollbook("feeds", "set", "files", "--layout", "mclass-dibels8-benchmark").code == 0
    refused = rollbook.json("import", roster, "--force", code=3)
    assert refused["reason"] == "layout_unfit"
    assert "mCLASS DIBELS 8th Edition" in refused["message"]
    assert "it has no column “student primary id”" in refused["message"]
    [detail] = refused["issue_list"]
    assert "It has: “Student ID”" in detail["value"]
    unknown = rollbook("feeds", "set", "files", "--layout", "mclass")
    assert unknown.code == 2
    assert "--layout" in unknown.err
    assert rollbook("feeds", "set", "files", "--layout", "none").code == 0
    [file, *_] = vendor_files(catalogue, district)
    path = write(tmp_path / file.name, file.rows)
    assert rollbook.json("import", path, code=None)["file"]["layout"] is None


def test_the_layouts_are_listed_and_shown(rollbook: CommandLine) -> None:
    listed = rollbook("layouts", "list")
    assert "iready-diagnostic-results" in listed.out
    shown = rollbook("layouts", "show", "iready-diagnostic-results")
    assert "i-Ready Reading or Math Overall Score: overall scale score" in shown.out
    assert "The file must have a column for each of these: “overall scale score”; " in shown.out
    unknown = rollbook("layouts", "show", "iready")
    assert (unknown.code, "The layouts are: iready-diagnostic-results" in unknown.err) == (2, True)


def test_an_export_of_a_sis_is_imported_with_its_codes_and_without_others(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    header = (
        "Student_Number State_StudentNumber Last_Name First_Name Grade_Level SchoolID Enroll_Status"
    )
    rows = [
        [str(500100 + n), str(7700100 + n), "Last", "First", grade, "102", status]
        for n, (grade, status) in enumerate([("-1", "0"), ("0", "0"), ("3", "0"), ("3", "2")])
    ]
    report = rollbook.json("import", write(tmp_path / "s.csv", [header.split(), *rows]))
    assert report["file"]["layout"]["name"] == "powerschool-students"
    assert (report["counts"]["inserted"], report["counts"]["left_out"]) == (3, 1)
    assert report["issues"] == {"errors": 0, "warnings": 0, "by_code": {}}
    assert stored("select grade from students order by student_id") == [("PK",), ("K",), ("3",)]


def test_a_file_that_only_resembles_a_layout_names_it(tmp_path: Path) -> None:
    alone = CommandLine(tmp_path / "home-without-database")
    rows = [["880000", "5500000", "L", "F", "KG", "100"]]
    header = [
        "Stu Other ID",
        "Stu State ID",
        "Stu Last Name",
        "Stu First Name",
        "Stu Grade",
        "Entity ID",
    ]
    report = alone.json("check", write(tmp_path / "s.csv", [header, *rows]), code=3)
    assert report["file"]["layout"] == {
        "name": "skyward-students", "vendor": "skyward", "is_certain": False,
    }  # fmt: skip
    assert report["reason"] == "layout_unsure"
    assert "looks like “Skyward student export”, but we aren't sure" in report["message"]


def test_a_score_that_another_hand_has_changed_is_restored_by_the_same_file(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    catalogue: Catalogue,
    district: list[list[str]],
) -> None:
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    [file, *_] = vendor_files(catalogue, district)
    path = write(tmp_path / file.name, file.rows)
    rollbook.json("import", path)
    before = snapshots(stored)
    assert rollbook("import", path).code == 6
    stored("update student_data_snapshots set fall_2025_iready_reading_score = 777 returning 1")
    assert rollbook.json("import", path)["counts"]["updated"] > 0
    told = [row for row in snapshots(stored) if row[2]["fall_2025_iready_reading_score"] != 777]
    assert told == [row for row in before if row in told]
    assert len(told) > COUNT * 0.5


def test_a_score_is_as_of_the_import_of_its_vendors_file(
    rollbook: CommandLine,
    stored: Stored,
    tmp_path: Path,
    catalogue: Catalogue,
    district: list[list[str]],
) -> None:
    field = "fall_2025_iready_reading_score"
    server = ("--host", "sftp.example.org", "--user", "u", "--pattern", "*.csv", "--make-key")
    assert rollbook("feeds", "add", "iready", *server).code == 0
    rollbook.json("import", wide(tmp_path / "roster.csv", catalogue, district, tests=False))
    [file, *_] = vendor_files(catalogue, district)
    rollbook.json("import", write(tmp_path / file.name, file.rows), "--feed", "iready", code=None)
    [(number, job)] = stored(
        f"select student_id, import_job_id from student_data_snapshots where {field} is not null"
        " order by 1 limit 1"
    )
    queries = Statements("rollbook.records.queries", "as_of.sql")
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        cursor = connection.cursor()
        queries.run(cursor, "brought", fields=[field], number=number)
        [(name, _, made_at, is_missing)] = cursor.fetchall()
    [(at,)] = stored(f"select made_at from rollbook.import_changes where job_id = {job}")
    assert (name, made_at, is_missing) == (field, at, False)
