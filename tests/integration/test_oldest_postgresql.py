"""The oldest PostgreSQL that Rollbook supports does the whole job, and a backup leads away from it.

The server is the distribution's own, in a folder of the test's; it listens on loopback alone.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine

OLDEST = 15


@pytest.fixture
def older_server() -> Iterator[str]:
    """A URL of an empty database on the oldest server that the machine has."""
    installed = {int(path.name): path / "bin" for path in Path("/usr/lib/postgresql").iterdir()}
    version = min(number for number in installed if number >= OLDEST)
    account = "nobody" if os.geteuid() == 0 else None
    data = Path(tempfile.mkdtemp(prefix="rollbook-older-"))
    if account:
        shutil.chown(data, account)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def do(program: str, *arguments: str) -> None:
        words = [installed[version] / program, "-D", data / "data", *arguments]
        # Not captured: the server would keep the pipe open that somebody waits for the end of.
        subprocess.run(words, check=True, user=account, cwd=data, stdout=subprocess.DEVNULL)

    do("initdb", "--username=rollbook", "--auth=trust", "--encoding=UTF8", "--no-sync")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {data}"
    do("pg_ctl", "-w", "-o", settings, "-l", str(data / "log"), "start")
    try:
        yield f"postgresql://rollbook@127.0.0.1:{port}/postgres"
    finally:
        do("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(data)


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
