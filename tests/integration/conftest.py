"""A command line with a fresh database of its own on the server of the test run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.commands import CommandLine


@pytest.fixture
def rollbook(tmp_path: Path, fresh_database: str) -> Iterator[CommandLine]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    command = CommandLine(home, {"DATABASE_URL": fresh_database})
    done = command("migrate")
    assert done.code == 0, done
    yield command
