"""`rollbook check` where no database answers, and where the file is not there."""

from dataclasses import replace
from pathlib import Path

from tests.doubles.ports import free_port
from tests.integration.cli.commands import CommandLine, student, write_csv


def test_a_file_is_checked_alone_where_no_database_answers(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "students.csv", student(1), student(2, absences="many"))
    address = f"postgresql://rollbook:secret@127.0.0.1:{free_port()}/rollbook"
    home = tmp_path / "home"
    for environ, says in (({}, False), ({"DATABASE_URL": address}, True)):
        done = CommandLine(home, environ)("check", file)
        assert done.code == 0, done
        assert ("this checks the file alone" in done.err) is says
        assert "step 4 of 4: checking every row" in done.err
        assert "secret" not in done.err
        assert CommandLine(home, environ).json("check", file)["counts"]["total"] == 2


def test_a_misspelled_file_is_answered_with_the_near_one(tmp_path: Path) -> None:
    write_csv(tmp_path / "students.csv", student(1))
    command = CommandLine(tmp_path / "home")
    told = replace(command).at_terminal("check", tmp_path / "studets.csv")
    assert told.code == 4
    assert "Did you mean students.csv?" in told.out
    assert "FILE_NOT_FOUND" not in told.out
    logged = command("check", tmp_path / "studets.csv")
    assert "students.csv" not in logged.out + logged.err, "a file may be called after a student"
