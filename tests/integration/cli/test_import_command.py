"""`rollbook import`: exit codes, the JSON object and what is stored, as the contract says."""

from pathlib import Path

import pytest

from tests.integration.cli.commands import HEADER, CommandLine, Stored, student, write_csv


def test_a_clean_file_is_imported_and_counts_add_up(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    file = write_csv(tmp_path / "a.csv", *(student(n) for n in range(1, 21)))
    report = rollbook.json("import", file)
    assert report["status"] == "completed"
    assert report["stored"] is True
    counts = report["counts"]
    assert (counts["total"], counts["inserted"]) == (20, 20)
    assert stored("select count(*) from public.student_data_snapshots") == [(20,)]
    assert stored("select status::text from public.jobs") == [("completed",)]


def test_the_same_bytes_again_are_nothing_new(rollbook: CommandLine, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", student(1), student(2))
    first = rollbook.json("import", file)
    again = rollbook.json("import", file, code=6)
    assert again["reason"] == "file_unchanged"
    assert again["job"] == first["job"]


def test_forcing_a_clean_file_again_leaves_every_row_unchanged(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    file = write_csv(tmp_path / "a.csv", *(student(n) for n in range(1, 6)))
    rollbook.json("import", file)
    before = stored("select ctid::text, xmin::text from public.student_data_snapshots order by id")
    again = rollbook.json("import", file, "--force")
    assert again["counts"]["unchanged"] == again["counts"]["total"] == 5
    after = stored("select ctid::text, xmin::text from public.student_data_snapshots order by id")
    assert after == before


def test_a_dry_run_counts_and_writes_nothing(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    file = write_csv(tmp_path / "a.csv", student(1), student(2))
    report = rollbook.json("import", file, "--dry-run")
    assert report["counts"]["inserted"] == 2
    assert (report["dry_run"], report["stored"]) == (True, False)
    assert stored("select count(*) from public.students") == [(0,)]
    assert rollbook.json("import", file)["counts"]["inserted"] == 2


def test_a_refused_cell_is_reported_with_its_row_and_the_rest_is_imported(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    file = write_csv(tmp_path / "a.csv", student(1), student(2, absences="many"))
    report = rollbook.json("import", file)
    (issue,) = report["issue_list"]
    assert (issue["row"], issue["student_id"]) == (3, "0000002")
    assert (issue["column"], issue["field"]) == ("Absences YTD", "absences_ytd")
    assert (issue["code"], issue["severity"], issue["value"]) == ("NOT_A_NUMBER", "error", "many")
    assert stored("select absences_ytd from public.student_data_snapshots order by student_id") == [
        (3,),
        (None,),
    ]


def test_too_many_rejected_rows_hold_the_job_and_write_nothing(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    rows = [student(n) for n in range(1, 21)]
    rows[5:10] = [f",{row.split(',', 1)[1]}" for row in rows[5:10]]
    report = rollbook.json("import", write_csv(tmp_path / "a.csv", *rows), code=7)
    assert (report["status"], report["reason"], report["stored"]) == ("held", "held", False)
    assert report["counts"]["rejected"] == 5
    assert stored("select count(*) from public.students") == [(0,)]
    assert stored("select status::text from public.jobs") == [("pending",)]
    assert stored("select count(*) > 0 from rollbook.stored_files") == [(True,)]


def test_a_missing_required_column_fails_the_job_and_names_candidates(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    file = write_csv(
        tmp_path / "a.csv", "0000001,3,Ada", header="Student ID,Absences YTD,First Name"
    )
    report = rollbook.json("import", file, code=3)
    assert (report["status"], report["reason"]) == ("failed", "missing_columns")
    assert "SSID" in report["message"]
    assert stored("select status::text from public.jobs") == [("failed",)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "not_a_table"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_a_table"),
        (HEADER.encode() + b"\n", "no_students"),
        (b"", None),
    ],
)
def test_what_is_no_export_is_refused_without_a_traceback(
    rollbook: CommandLine, tmp_path: Path, content: bytes, reason: str | None
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    done = rollbook("import", file, "--json")
    assert done.code in (3, 4), done
    assert reason is None or done.object["reason"] == reason
    assert "Traceback" not in done.err


def test_a_missing_file_cannot_be_reached(rollbook: CommandLine, tmp_path: Path) -> None:
    report = rollbook.json("import", tmp_path / "none.csv", code=4)
    assert report["status"] == "failed"
    assert "Nothing was changed" in report["message"]


def test_wrong_usage_exits_with_2(rollbook: CommandLine, tmp_path: Path) -> None:
    assert rollbook("import").code == 2
    assert rollbook("import", tmp_path / "a.csv", "--issues", "few").code == 2
    assert rollbook("import", tmp_path / "a.csv", "--feed", "nobody").code == 2


def test_missing_tables_are_named_and_not_made_in_an_administrators_own_database(
    tmp_path: Path, fresh_database: str
) -> None:
    home = tmp_path / "h"
    home.mkdir(mode=0o700)
    done = CommandLine(home, {"DATABASE_URL": fresh_database})("jobs", "list")
    assert done.code == 1
    assert "rollbook migrate" in done.err


def test_the_fix_it_file_can_be_corrected_and_imported(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    rows = [student(n) for n in range(1, 11)]
    rows[3] = "," + rows[3].split(",", 1)[1]
    rollbook.json("import", write_csv(tmp_path / "a.csv", *rows))
    fixit = rollbook("jobs", "fixit").out
    header, row = fixit.splitlines()
    assert header == f"Rollbook: row,Rollbook: what to fix,{HEADER}"
    assert row.startswith("5,")
    unfixed = tmp_path / "unfixed.csv"
    unfixed.write_text(fixit)
    refused = rollbook.json("import", unfixed, code=3)
    assert refused["reason"] == "no_students"
    assert "This fix-it file still needs fixing" in refused["message"]
    corrected = tmp_path / "fixed.csv"
    corrected.write_text(fixit.replace(",,9000000004", ",0000004,9000000004"))
    report = rollbook.json("import", corrected)
    assert (report["counts"]["inserted"], report["issues"]["errors"]) == (1, 0)
    assert stored("select count(*) from public.students") == [(10,)]


def test_the_summary_reads_well(rollbook: CommandLine, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", student(1), student(2, absences="many"))
    done = rollbook("import", file)
    assert done.code == 0
    for words in (
        "Import completed",
        "new students",
        "student records in the file",
        "NOT_A_NUMBER",
        "row 3",
    ):
        assert words in done.out
    assert "step 5 of 5" in done.err
    assert "reading the file" in done.err
    assert not any(word in done.err for word in ("server", "downloading"))
    shown = rollbook("jobs", "show")
    assert "NOT_A_NUMBER" in shown.out
    assert "many" not in rollbook("jobs", "list").out


def test_without_a_rejected_row_there_is_nothing_to_fix(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    job = rollbook.json("import", write_csv(tmp_path / "a.csv", student(1)))["job"]
    done = rollbook("jobs", "fixit", job)
    assert (done.code, done.out) == (0, "")
    assert done.err.strip() == f"No row of import {job} was rejected, so there is nothing to fix."
    assert "See the imports with `rollbook jobs list`" in rollbook("jobs", "show", "99").err
    one = rollbook(
        "jobs",
        "show",
        rollbook.json(
            "import", write_csv(tmp_path / "b.csv", student(1), student(2, absences="many"))
        )["job"],
    ).out
    assert "1 error and 0 warnings, by kind:" in one
