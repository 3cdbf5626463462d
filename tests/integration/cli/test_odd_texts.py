"""What is odd about a name or an identifier is told with its row; a shifted row is rejected."""

from pathlib import Path

from tests.integration.cli.commands import CommandLine, Stored, student, write_csv


def test_odd_names_are_stored_and_told_and_a_shifted_row_is_rejected(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    names = {1: "José", 2: '"=T(""x"")"', 3: "\u0410nna", 4: "Mia12", 5: "Student 7"}
    rows = [student(number, name=names.get(number, "Mia")) for number in range(1, 12)]
    rows.append(student(12, name="Mia").replace("0000012", "Quill", 1))
    report = rollbook.json("import", write_csv(tmp_path / "a.csv", *rows), "--issues", "all")
    assert {issue["row"]: issue["code"] for issue in report["issue_list"]} == {
        3: "UNLIKELY_CHARACTER",
        4: "UNLIKELY_CHARACTER",
        5: "NAME_WITH_NUMBER",
        6: "NAME_WITH_NUMBER",
        13: "ID_IS_WORD",
    }
    assert report["counts"]["inserted"] == len(rows)
    assert stored("select count(*) from students where first_name like '=T%'") == [(1,)]
