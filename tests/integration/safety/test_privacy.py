"""Students' values reach the student tables and the issues, and nothing else."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.integration.cli.commands import HEADER, CommandLine, student
from tests.integration.servers import asyncssh_server

NAME, IDENTIFIER, SCORE = "Zyxwvutsrqp", "M4RK3R77", "31337.5"
MARKERS = (NAME, IDENTIFIER, SCORE)
PASSWORD = "s3cr3t-marker-password"


@pytest.fixture
def embedded(tmp_path: Path) -> CommandLine:
    """A command line with the embedded server, whose own log is looked at too."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return CommandLine(home)


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A file with markers in good cells, refused cells, damaged rows, clashing and odd ones."""
    good = student(1).replace("Lovelace", NAME)
    refused = student(2).replace(",3,98.00", f",{SCORE},98.00").replace("0000002", IDENTIFIER)
    clashing = student(3).replace("Ada", NAME)
    rows = [
        HEADER,
        good,
        refused,
        student(3),
        clashing,
        f"{IDENTIFIER},{NAME},{SCORE}",
        f'0000009,"{NAME},{SCORE}',
        student(4, grade=NAME),
        student(5).replace("Lovelace", NAME + "\x07"),
        student(6, name=NAME * 20),
        *(student(n) for n in range(100, 160)),
    ]
    file = tmp_path / "export.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


def test_no_log_no_output_and_no_file_left_behind_holds_a_students_value(
    embedded: CommandLine, marked: Path
) -> None:
    done = embedded("import", marked, "--json", "--issues", "0")
    assert done.code == 0, done
    _assert_clean(done.out + done.err, "output")
    log = embedded("jobs", "show", "--json", "--issues", "0")
    _assert_clean(log.out + log.err, "log")
    for path in embedded.home.rglob("*"):
        if path.is_file() and "data" not in path.parts:
            _assert_clean(path.read_bytes().decode("latin-1"), str(path))
    _assert_clean((embedded.home / "postgres" / "log").read_text(), "the server's log")


def test_a_failure_inside_the_database_shows_no_value(embedded: CommandLine, marked: Path) -> None:
    # A constraint that the import knows nothing of makes PostgreSQL quote the failing row.
    assert embedded("migrate").code == 0
    spoil = (
        "import os, psycopg, pathlib\n"
        "from rollbook import embedded\n"
        "with embedded.running(pathlib.Path(os.environ['ROLLBOOK_HOME'])) as url:\n"
        "    with psycopg.connect(url) as c:\n"
        "        c.execute(\"alter table public.students add check (last_name not like 'Zyx%')\")\n"
    )
    subprocess.run([embedded.words("x")[0], "-c", spoil], env=embedded.environment(), check=True)
    done = embedded("import", marked, "--json", "--issues", "0")
    assert done.code == 1
    _assert_clean(done.out + done.err, "output")
    assert "23514" in done.object["message"]
    _assert_clean((embedded.home / "postgres" / "log").read_text(), "the server's log")
    dumped = embedded("jobs", "show", "--json", "--issues", "0")
    _assert_clean(dumped.out, "the job")


def test_the_file_of_a_failed_job_is_kept_encrypted(embedded: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    rows = (f",{9_000_000 + n},{NAME},Ada,3,98.00,2.00,North,3" for n in range(20))
    file.write_text("\n".join([HEADER, *rows]) + "\n")
    report = embedded.json("import", file, code=7)
    assert report["status"] == "held"
    kept = (
        "import os, psycopg, pathlib\n"
        "from rollbook import embedded\n"
        "with embedded.running(pathlib.Path(os.environ['ROLLBOOK_HOME'])) as url:\n"
        "    with psycopg.connect(url) as c:\n"
        "        print(c.execute('select string_agg(data, null) from"
        " rollbook.stored_file_chunks').fetchone()[0].hex())\n"
    )
    out = subprocess.run(
        [embedded.words("x")[0], "-c", kept],
        env=embedded.environment(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    stored = bytes.fromhex(out.strip())
    assert len(stored) > file.stat().st_size
    assert NAME.encode() not in stored


def test_credentials_are_in_no_argument_no_table_and_no_output(
    rollbook: CommandLine, tmp_path: Path, marked: Path
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    (served / "student_data_1.csv").write_bytes(marked.read_bytes())
    old = time.time() - 3600
    os.utime(served / "student_data_1.csv", (old, old))
    with asyncssh_server(served) as server:
        added = rollbook(
            "feeds",
            "add",
            "sis",
            *server.trusted_options,
            "--pattern",
            "student_data_*.csv",
            stdin=f"{server.password}\n",
        )
        assert added.code == 0, added
        done = rollbook("run", "sis", "--json", "--issues", "0")
        assert done.code == 0, done
        shown = rollbook("feeds", "list")
    for text in (added.out, added.err, done.out, done.err, shown.out):
        assert str(server.password) not in text
    import psycopg

    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_schema in ('public', 'rollbook')"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f"select t::text from {table} t").fetchall()
            assert not any(server.password in row[0] for row in rows), table


def _assert_clean(text: str, where: str) -> None:
    for marker in MARKERS:
        assert marker not in text, f"a value is in {where}"
