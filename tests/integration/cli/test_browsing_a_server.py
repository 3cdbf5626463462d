"""`rollbook feeds browse` on a real OpenSSH server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.commands import CommandLine
from tests.integration.servers import RunningServer, openssh_server

NEWEST = 1_795_000_000


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[RunningServer]:
    exports = tmp_path / "served" / "exports"
    exports.mkdir(parents=True)
    for day in range(3):
        file = exports / f"sis_2026112{5 + day}.csv"
        file.write_text("Student ID\n1\n")
        os.utime(file, (NEWEST + day,) * 2)
    (exports / "loop.csv").symlink_to("loop.csv")
    with openssh_server(tmp_path / "served") as running:
        yield running


def test_a_folder_is_listed_with_the_pattern_that_each_name_suggests(
    rollbook: CommandLine, sshd: RunningServer, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text(sshd.private_key or "")
    added = rollbook("feeds", "add", "sis", *sshd.options, "--key-file", str(key), stdin="\n")
    assert added.code == 0, added
    refused = rollbook("feeds", "browse", "sis")
    assert refused.code == 4
    assert "confirmed the identity of 127.0.0.1 yet" in " ".join(refused.err.split())
    assert rollbook("feeds", "test", "sis", stdin="y\n").code == 4  # nothing matches
    told = rollbook("feeds", "browse", "sis", "exports")
    assert told.code == 0, told
    assert "0 folders and 4 files." in told.out
    assert "sis_*.csv" in told.out
    assert "A link we can't follow" in told.out
    found = rollbook.json("feeds", "browse", "sis")
    assert [each["path"] for each in found["folders"]] == ["exports"]
    found = rollbook.json("feeds", "browse", "sis", "exports/")
    newest = found["files"][0]
    assert found["folder"] == "exports"
    assert newest["name"] == "loop.csv" or newest["modified"] is not None
    files = {each["name"]: each for each in found["files"]}
    assert files["sis_20261127.csv"]["modified"] == "2026-11-18T11:06:42+00:00"
    assert (
        files["sis_20261127.csv"]["matches"] == "Matches 3 files; the newest is sis_20261127.csv."
    )
    missing = rollbook("feeds", "browse", "sis", "/nowhere/at/all")
    assert missing.code == 0
    assert "The server has no folder /nowhere/at/all." in missing.err
