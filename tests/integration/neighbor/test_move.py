"""`rollbook move`: all goes into the neighbor's database and back, and is never in use twice."""

from pathlib import Path

import psycopg
import pytest

from tests.doubles.neighbor import KNOWN, Neighbor
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.neighbor.conftest import known_rows
from tests.integration.neighbor.test_backup import OTHERS, OURS, rows_of


@pytest.fixture
def neighbor(empty_neighbor: Neighbor) -> Neighbor:
    return empty_neighbor


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = known_rows(6)
    return write_csv(tmp_path / "s.csv", *rows, student(7), student(8))


@pytest.fixture
def alone(rollbook: CommandLine, file: Path) -> CommandLine:
    """An installation of its own, with an import, a scheduled feed and its password."""
    assert rollbook("import", file).code == 0
    added = rollbook(
        "feeds", "add", "sis", "--host", "localhost", "--user", "x", "--pattern", "*", stdin="pw\n"
    )
    assert added.code == 0, added
    scheduled = rollbook("feeds", "schedule", "sis", "--on", "--at", "02:00")
    assert scheduled.code == 0, scheduled
    return rollbook


def active(database: str) -> list[str]:
    query = b"select name from rollbook.feeds where schedule ->> 'is_on' = 'true'"
    with psycopg.connect(database) as connection:
        return [name for (name,) in connection.execute(query).fetchall()]


def test_it_goes_into_the_neighbors_database_and_back(
    alone: CommandLine, neighbor: Neighbor, file: Path, tmp_path: Path
) -> None:
    here = alone.environ["DATABASE_URL"]
    ours, theirs = rows_of(here, OURS), rows_of(neighbor.owner, OTHERS)
    address = tmp_path / "address"
    address.write_text(f"{neighbor.owner}\n")
    tried = alone("move", "--target-file", address, "--dry-run")
    assert (tried.code, "Nothing was moved" in tried.out) == (0, True), tried
    assert neighbor.rows("select to_regnamespace('rollbook')") == [(None,)]
    assert active(here) == ["sis"]
    done = alone("move", "--target-file", address, "--yes")
    assert (done.code, "1 feed paused here (sis)" in done.out) == (0, True), done
    assert f"{KNOWN} students of the backup were there" in " ".join(done.out.split())
    assert (active(here), active(neighbor.owner)) == ([], ["sis"])
    assert rows_of(neighbor.owner, OTHERS) == theirs
    assert rows_of(neighbor.owner, OURS) == ours
    assert not list(alone.home.glob("move.*"))
    there = CommandLine(alone.home, {"DATABASE_URL": neighbor.owner})
    assert there.json("import", file, "--force")["counts"]["unchanged"] == KNOWN + 2
    occupied = there("move", here, "--yes")
    assert (occupied.code, "holds something already" in occupied.err) == (1, True), occupied
    assert active(neighbor.owner) == ["sis"]
    back = there("move", here, "--yes", "--replace")
    assert back.code == 0, back
    assert (active(here), active(neighbor.owner)) == (["sis"], [])
    assert rows_of(here, OURS) == rows_of(neighbor.owner, OURS)
    assert rows_of(neighbor.owner, OTHERS) == theirs
    # The password travels under the same key.
    assert alone("feeds", "set", "sis", "--host", "127.0.0.1").code == 0


def test_what_waits_or_does_not_fit_is_refused_and_nothing_changes(
    alone: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    here = alone.environ["DATABASE_URL"]
    same = alone("move", here, "--yes")
    assert (same.code, "is the database in which" in same.err) == (2, True), same
    for wrong in ((), ("nowhere",)):
        assert alone("move", *wrong, "--yes").code == 2
    assert alone("import", write_csv(tmp_path / "y.csv", student(30, grade="PK"))).code == 0
    before = rows_of(here, OURS)
    refused = alone("move", neighbor.owner, "--yes")
    assert (refused.code, "1 cannot be added" in refused.err) == (1, True), refused
    assert "did not take the data" in refused.err
    assert (active(here), rows_of(here, OURS)) == (["sis"], before)
    assert neighbor.rows("select to_regnamespace('rollbook')") == [(None,)]
    with psycopg.connect(here, autocommit=True) as connection:
        connection.execute(
            "insert into jobs (job_type, input_data) values ('student_data_import',"
            ' \'{"feed": "sis", "feed_id": 2}\')'
        )
    waits = alone("move", neighbor.owner, "--yes")
    assert (waits.code, "1 import waits for a worker" in waits.err) == (5, True), waits
