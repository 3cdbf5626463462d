"""What another account of the machine, or a disk thrown away, learns of a running command."""

import os
import subprocess
from pathlib import Path

from tests.integration.cli.commands import CommandLine

KEY = "B" * 43 + "="


def test_no_process_of_a_worker_leaves_memory_or_shows_a_secret_in_its_words(
    rollbook: CommandLine,
) -> None:
    command = CommandLine(rollbook.home, {**rollbook.environ, "ROLLBOOK_SECRET_KEY": KEY})
    worker = subprocess.Popen(
        command.words("worker"), env=command.environment(), stderr=subprocess.PIPE, text=True
    )
    try:
        assert worker.stderr and "ready" in worker.stderr.readline()
        process = Path(f"/proc/{worker.pid}")
        limits = process.joinpath("limits").read_text().splitlines()
        [core] = [line.split()[4:6] for line in limits if line.startswith("Max core file size")]
        assert core == ["0", "0"]
        words = process.joinpath("cmdline").read_text()
        assert KEY not in words and "postgresql://" not in words
        assert process.joinpath("environ").stat().st_mode & 0o077 == 0
        assert process.joinpath("environ").stat().st_uid == os.geteuid()
    finally:
        worker.terminate()
        worker.communicate(timeout=60)


def test_everything_in_the_home_is_its_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = os.umask(0)
    try:
        add = ("feeds", "add", "sis", "--host", "127.0.0.1", "--user", "u", "--folder", "x")
        done = CommandLine(home)(*add, "--pattern", "*.csv", stdin="correct horse")
    finally:
        os.umask(before)
    assert done.code == 0, done
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600
    for path in home.rglob("*"):
        if not path.is_symlink():
            assert not path.stat().st_mode & 0o077, path
