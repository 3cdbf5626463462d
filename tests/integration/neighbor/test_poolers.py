"""Behind a real PgBouncer: session pooling needs no setting, transaction pooling is refused."""

from pathlib import Path

import pytest

from tests.doubles.neighbor import SQL_FILES, neighbor_database
from tests.doubles.pooler import pooler
from tests.integration.cli.commands import CommandLine, student, write_csv


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return home


def test_session_pooling_needs_no_setting_and_a_refused_option_is_named(
    neighbor_server: str, home: Path, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "students.csv", *(student(n, grade=3) for n in range(11, 21)))
    with (
        neighbor_database(neighbor_server, SQL_FILES) as neighbor,
        pooler(neighbor.owner, "session") as url,
    ):
        command = CommandLine(home, {"DATABASE_URL": url})
        done = command("migrate")
        assert done.code == 0, done
        assert command.json("import", file, "--dry-run", code=None)["reason"] in (None, "held")
        assert command("jobs", "list").code == 0
        option = CommandLine(home, {"DATABASE_URL": f"{url}?options=-c%20geqo%3Doff"})
        done = option("jobs", "list")
        assert (done.code, "rejected a startup parameter: options." in done.err) == (1, True)


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_a_pool_that_gives_each_transaction_another_connection_is_refused(
    neighbor_server: str, home: Path, mode: str
) -> None:
    with pooler(neighbor_server, mode) as url:
        done = CommandLine(home, {"DATABASE_URL": url})("migrate")
    assert (done.code, "Set its pooling to session" in done.err) == (1, True), done
