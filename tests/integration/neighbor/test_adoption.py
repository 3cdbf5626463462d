"""What the first import into the neighbor's table tells, before and after anything is written."""

from pathlib import Path

from tests.doubles.neighbor import KNOWN, Neighbor
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.neighbor.conftest import known_rows


def test_a_dry_run_and_the_first_import_tell_what_fits_together(
    owner: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    rows = known_rows(7)
    neighbor.as_owner("update students set student_id = '000-0002 ' where student_id = '0000002'")
    file = write_csv(tmp_path / "students.csv", *rows)
    tried = owner("import", file, "--dry-run", "--json")
    assert (tried.code, neighbor.rows("select * from student_data_snapshots")) == (0, [])
    done = owner("import", file, "--json")
    assert done.code == 0, done
    assert (
        tried.object["adoption"]
        == done.object["adoption"]
        == {
            "matched": KNOWN,
            "written_differently": 1,
            "differing_names": 0,
            "differing_schools": 0,
            "new": 1,
            "known_not_in_file": 0,
            "possible_twins": 0,
            "named_only_by_rejected_rows": 0,
            "new_possible_twins": 0,
            "second_records": 0,
        }
    )
    assert any("already had students" in note for note in done.object["file"]["notes"])
    assert any("school_id of 1 new" in note for note in done.object["file"]["notes"])
    again = owner("import", file, "--force", "--json").object
    assert again["adoption"] is None
    assert not any("school_id" in note for note in again["file"]["notes"])


def test_new_students_of_a_grade_it_does_not_know_hold_no_night_and_come_when_it_does(
    owner: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    rows = known_rows(6)
    young = [student(n, grade="PK") for n in range(20, 30)]
    file = write_csv(tmp_path / "students.csv", *rows, *young)
    done = owner("import", file, "--json")
    assert done.code == 0, done
    assert done.object["counts"]["rejected"] == 10
    assert done.object["issues"]["by_code"]["STUDENT_INCOMPLETE"] == 10
    neighbor.as_owner("alter type grade_level add value 'PK' before 'K'")
    assert owner.json("import", file, code=None)["counts"]["rejected"] == 0  # the same bytes
