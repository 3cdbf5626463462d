"""Fix-it files of an earlier version: which students they named, as far as that is on record."""

from pathlib import Path

from tests.integration.cli.commands import CommandLine, student, write_csv


def test_an_upgrade_learns_which_imports_were_of_some_students(
    records: str, rollbook: CommandLine, tmp_path: Path
) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    def migrate(name: str) -> None:
        MigrationExecutor(connection).migrate([("records", name)])

    broken = student(2).replace("9000000002", "", 1)
    rollbook.json("import", write_csv(tmp_path / "all.csv", student(1), broken, student(3)))
    fixed = tmp_path / "fixed.csv"
    fixed.write_text(rollbook("jobs", "fixit").out.replace("0000002,,", "0000002,9000000002,"))
    rollbook.json("import", fixed)
    with connection.cursor() as cursor:
        cursor.execute("select job_id, named from rollbook.import_changes order by id")
        known = cursor.fetchall()
        assert [named and len(named) for _, named in known] == [None, 1]
        migrate("0044_own_layouts")
        cursor.execute("select count(distinct as_of) from rollbook.current_students")
        assert cursor.fetchall() == [(1,)]
        migrate("0045_files_of_some_students")
        cursor.execute("select job_id, named from rollbook.import_changes order by id")
        assert cursor.fetchall() == known
        cursor.execute("select count(distinct as_of) from rollbook.current_students")
        assert cursor.fetchall() == [(2,)]
