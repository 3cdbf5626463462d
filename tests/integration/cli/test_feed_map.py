"""`rollbook feeds map`: a file of the district's own words, imported, and again after a change."""

from pathlib import Path

import psycopg

from tests.integration.cli.commands import CommandLine, write_csv

HEADER = "Student ID,SSID,Days_Absent,Attendance %,Year in School,Bus Route,Tardees YTD"


def stored(rollbook: CommandLine) -> list[tuple[object, ...]]:
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        return connection.execute(
            "select absences_ytd, attendance_percentage::text, grade "
            "from public.student_data_snapshots order by ssid"
        ).fetchall()


def export(tmp_path: Path) -> Path:
    return write_csv(
        tmp_path / "export.csv",
        "0000001,9000000001,4,94.50,Kinder,7,1",
        "0000002,9000000002,Exempt,Full,3,8,2",
        "0000003,9000000003,999,90.00,unplaced,9,3",
        header=HEADER,
    )


def test_a_mapping_is_made_counts_from_the_next_import_and_is_taken_back(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    file = export(tmp_path)
    before = rollbook.json("import", file)
    assert before["issues"]["by_code"]["UNKNOWN_COLUMN"] == 4
    done = rollbook(
        "feeds",
        "map",
        "files",
        "--header",
        "Days Absent=absences_ytd",
        "--header",
        "Year in School=grade",
        "--ignore",
        "bus route",
        "--blank",
        "unplaced",
        "--value",
        "grade:Kinder=K",
        "--value",
        "absences_ytd:999=",
        "--value",
        "attendance_percentage:Full=100%",
        "--value",
        "absences_ytd:Exempt=0",
    )
    assert done.code == 0, done
    again = rollbook.json("import", file)  # the same bytes, but another mapping
    assert again["counts"]["updated"] == 2, again  # the third has nothing new but blanks
    assert again["issues"]["by_code"] == {"UNKNOWN_COLUMN": 1}
    assert stored(rollbook) == [(4, "94.50", "K"), (0, "100.00", "3"), (None, "90.00", None)]
    assert rollbook.json("import", file, code=6)["reason"] == "file_unchanged"
    assert rollbook("feeds", "map", "files", "--remove-value", "grade:Kinder").code == 0
    changed = rollbook.json("import", file)
    assert changed["issues"]["by_code"] == {"UNKNOWN_COLUMN": 1, "BAD_GRADE": 1}
    assert stored(rollbook)[0] == (4, "94.50", "K"), "a refused cell leaves the stored value"


def test_the_mapping_and_what_it_makes_of_a_file_are_shown(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    file = export(tmp_path)
    assert "no mapping of its own" in rollbook("feeds", "map", "files").out
    rollbook(
        "feeds",
        "map",
        "files",
        "--ignore",
        "[Bus] Route",
        "--header",
        "Days Absent=absences_ytd",
        "--value",
        "grade:Kinder=K",
        "--blank",
        "unplaced",
    )
    shown = rollbook("feeds", "map", "files").out
    for text in ("[Bus] Route", "(ignored)", "absences_ytd", "Kinder", "unplaced", "(blank)"):
        assert text in shown, shown
    seen = rollbook("feeds", "map", "files", "--from", file)
    assert seen.code == 0, seen
    lines = [" ".join(line.split()) for line in seen.out.splitlines()]
    assert "Student ID student_id its usual name" in lines
    assert "Days_Absent absences_ytd your mapping" in lines
    assert "Bus Route ignored" in lines
    assert "Tardees YTD unknown; nearest: tardies_ytd" in lines
    assert "Year in School unknown" in lines  # no hint is better than a wrong one
    assert "9000000001" not in seen.out


def test_a_field_that_two_columns_would_have_is_reported_with_the_columns(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "a.csv", "1,2,K,K", header="Student ID,SSID,Grade,Level")
    assert rollbook("feeds", "map", "files", "--header", "Level=grade").code == 0
    seen = rollbook("feeds", "map", "files", "--from", file)
    assert seen.code == 0
    assert "your mapping" in seen.out and "“Level”" in seen.out


def test_what_is_not_understood_is_refused_and_changes_nothing(rollbook: CommandLine) -> None:
    for option, text, word in (
        ("--header", "Days Absent", "Their Header=field_name"),
        ("--header", "Days Absent=", "--ignore"),
        ("--header", "Days Absent=absenses_ytd", "absences_ytd"),
        ("--value", "grade:Kinder", "our value"),
        ("--value", "Kinder=K", "colon"),
        ("--blank", "0", "--value"),
        ("--remove-blank", "Absent", "in the feed's mapping"),
        ("--remove-header", "Days Absent", "in the feed's mapping"),
        ("--remove-value", "grade", "colon"),
    ):
        done = rollbook("feeds", "map", "files", "--ignore", "Bus", option, text)
        assert done.code == 2, (option, done)
        assert word in done.err, (option, done)
    assert "no mapping of its own" in rollbook("feeds", "map", "files").out


def test_whether_a_feed_is_the_roster_can_be_set(rollbook: CommandLine) -> None:
    assert rollbook("feeds", "set", "files", "--no-roster").code == 0
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        assert connection.execute("select is_roster from rollbook.feeds").fetchall() == [(False,)]


def test_all_other_columns_are_ignored_in_one_step(rollbook: CommandLine, tmp_path: Path) -> None:
    header = "Student ID,SSID,Bus Route,Winter 2026 DIBELS ORF WC Score,Locker"
    file = write_csv(tmp_path / "a.csv", "1,2,7,8,9", header=header)
    assert "--from" in rollbook("feeds", "map", "files", "--ignore-others").err
    done = rollbook("feeds", "map", "files", "--from", file, "--ignore-others")
    assert (done.code, "Ignoring 2 columns" in done.out) == (0, True)
    # A term that is not set up is wanted once it is.
    codes = [issue["code"] for issue in rollbook.json("check", file)["issue_list"]]
    assert codes == ["UNKNOWN_TERM"]
    other = write_csv(tmp_path / "b.csv", "1,2,x", header="Student ID,SSID,Shoe Size")
    rollbook.json("import", other)
    assert rollbook("feeds", "map", "files", "--ignore-others").code == 0
    assert rollbook.json("import", other, "--force")["issue_list"] == []
