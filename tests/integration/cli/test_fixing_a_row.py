"""A rejected row is fixed on the command line: its new value is on standard input alone."""

from pathlib import Path

from tests.integration.cli.commands import CommandLine, student, write_csv

NOTHING_YET = {"job": 1, "to_fix": [{"row": 22}], "fixes": []}


def test_a_row_is_fixed_and_imported_alone(rollbook: CommandLine, tmp_path: Path) -> None:
    wrong = student(21).replace("9000000021", "n!ne", 1)
    file = write_csv(tmp_path / "a.csv", *[student(n) for n in range(1, 21)], wrong)
    given = ("--host", "sftp.example.org", "--user", "x", "--pattern", "*.csv")
    assert rollbook("feeds", "add", "sis", *given, stdin="pw\n").code == 0
    assert rollbook("feeds", "schedule", "sis", "--on").code == 0
    rollbook.json("import", file, "--feed", "sis")
    lacking = "note   sis: up to date, but 1 row wasn't imported (import 1)."
    assert lacking in rollbook("health").out
    assert rollbook("jobs", "fix", "1", "--json").object == NOTHING_YET
    fix = ("jobs", "fix", "1", "--row", "22", "--column", "SSID")
    still = rollbook(*fix, stdin="n?ne\n")
    assert still.code == 2 and "SSID: This value isn't an ID" in still.err
    assert "n?ne" not in still.err + still.out
    blank = rollbook(*fix, stdin="\n")
    assert blank.code == 2 and "add --blank" in blank.err
    nothing = rollbook(*fix)
    assert nothing.code == 2 and "no value" in nothing.err
    other = rollbook("jobs", "fix", "1", "--row", "22", "--column", "Height", stdin="1\n")
    assert other.code == 2 and "no such column" in other.err
    assert rollbook("jobs", "fix", "1", "--row", "3", "--column", "SSID", stdin="1\n").code == 2
    done = rollbook(*fix, stdin="9000000021\n")
    assert (done.code, done.out) == (
        0,
        "Row 22 is imported, as import 2. Also correct it in your SIS.\n",
    )
    (fixed,) = rollbook("jobs", "fix", "1", "--json").object["fixes"]
    assert (fixed["row"], fixed["state"], fixed["import"]) == (22, "fixed", 2)
    assert "fixed" in rollbook("jobs", "fix", "1").out
    assert rollbook("students", "show", "0000021").code == 0
    assert "ok     sis: up to date." in rollbook("health").out
    again = rollbook(*fix, stdin="9000000022\n")
    assert again.code == 2 and "Look at import 2." in again.err


def test_a_new_student_without_a_name_is_told_and_can_be_fixed(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    nameless = student(21).replace("Lovelace", "")
    file = write_csv(tmp_path / "a.csv", *[student(n) for n in range(1, 21)], nameless)
    report = rollbook.json("import", file)
    assert report["issues"]["by_code"] == {"NAME_BLANK": 1}
    assert rollbook("jobs", "fix", "1", "--json").object["to_fix"] == [{"row": 22}]


def test_a_fix_that_is_not_imported_over_newer_data_is_not_saved(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    good = [student(n) for n in range(1, 21)]
    wrong = student(21).replace("9000000021", "n!ne", 1)
    rollbook.json("import", write_csv(tmp_path / "a.csv", *good, wrong))
    rollbook.json("import", write_csv(tmp_path / "b.csv", *good))
    fix = ("jobs", "fix", "1", "--row", "22", "--column", "SSID")
    refused = rollbook(*fix, stdin="9000000021\n")
    assert refused.code == 2 and "add --over" in refused.err
    assert rollbook("jobs", "fix", "1", "--json").object == NOTHING_YET
    assert rollbook(*fix, "--over", stdin="9000000021\n").code == 0
