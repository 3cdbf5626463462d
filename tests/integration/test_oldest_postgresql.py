"""The oldest PostgreSQL that Rollbook supports does the whole job, and a backup leads away from it.

The server is the distribution's own, in a folder of the test's; it listens on loopback alone.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine
from tests.integration.own_postgresql import oldest_installed, own_postgresql


@pytest.fixture
def older_server() -> Iterator[str]:
    """A URL of an empty database on the oldest server that the machine has."""
    with own_postgresql(oldest_installed()) as url:
        yield url


def command(home: Path, url: str | None = None) -> CommandLine:
    home.mkdir(mode=0o700)
    return CommandLine(home, {"DATABASE_URL": url} if url else {})


def test_the_oldest_server_imports_two_nights_and_a_backup_of_it_is_restored_on_the_newest(
    older_server: str, tmp_path: Path
) -> None:
    with psycopg.connect(older_server) as connection:
        assert connection.info.server_version // 10_000 < 18
    old, new = command(tmp_path / "old", older_server), command(tmp_path / "new")
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("five words make a passphrase\n")
    passphrase.chmod(0o600)
    nights = tmp_path / "district.csv"
    written = old("demo", "--write", nights, "--students", "300", "--nights", "2")
    assert written.code == 0, written
    first, second = sorted(tmp_path.glob("district*.csv"))

    assert old("migrate").code == 0
    assert old.json("import", first)["counts"]["inserted"] == 300
    before = old.json("import", second)["counts"]
    assert before["updated"] > 0
    assert old("terms", "add", "Winter 2026").code == 0
    assert old("backup", tmp_path / "backup", "--passphrase-file", passphrase).code == 0

    restored = new("restore", tmp_path / "backup", "--passphrase-file", passphrase)
    assert restored.code == 0, restored
    after = new.json("import", second, "--force")["counts"]
    assert (after["inserted"], after["updated"]) == (0, 0)
    assert after["unchanged"] == before["inserted"] + before["updated"] + before["unchanged"]
