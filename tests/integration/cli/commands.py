"""Running `rollbook` as a newcomer would: a child process with a home folder of its own."""

import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from tests.integration.cli import warm

Stored: TypeAlias = Callable[[str], list[tuple[Any, ...]]]
"""Asks the database that the commands write to."""

HEADER = "Student ID,SSID,Last Name,First Name,Absences YTD,Attendance %,Absence %,School,Grade"


@dataclass(frozen=True)
class Finished:
    code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass(frozen=True)
class CommandLine:
    """`rollbook` with this home and environment."""

    home: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str | Path, stdin: str = "", timeout: float = 100) -> Finished:
        environment = self.environment()
        if warm.begins_alike(environment):
            texts = [*map(str, arguments)]
            done = warm.run(texts, environment=environment, stdin=stdin, timeout=timeout)
        else:
            done = subprocess.run(
                self.words(*arguments),
                input=stdin,
                capture_output=True,
                text=True,
                env=environment,
                timeout=timeout,
                check=False,
            )
        return Finished(done.returncode, done.stdout, done.stderr)

    def at_terminal(self, *arguments: str | Path, timeout: float = 100) -> Finished:
        """Run a command as a person does; `out` is what the person sees of standard output."""
        ours, theirs = pty.openpty()
        seen: list[bytes] = []

        def read() -> None:
            with suppress(OSError):  # the command has ended
                while part := os.read(ours, 65_536):
                    seen.append(part)

        reader = threading.Thread(target=read)
        reader.start()
        try:
            done = subprocess.run(
                self.words(*arguments),
                stdin=subprocess.DEVNULL,
                stdout=theirs,
                stderr=subprocess.PIPE,
                env=self.environment() | {"TERM": "dumb"},
                timeout=timeout,
                check=False,
            )
        finally:
            os.close(theirs)
            reader.join(60)
            os.close(ours)
        out = b"".join(seen).decode().replace("\r\n", "\n")
        return Finished(done.returncode, out, done.stderr.decode())

    def words(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "rollbook", *map(str, arguments)]

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE_URL", "ROLLBOOK_", "DJANGO_"))
        }
        return kept | {"ROLLBOOK_HOME": str(self.home), "COLUMNS": "120"} | dict(self.environ)

    def json(self, *arguments: str | Path, code: int | None = 0) -> dict[str, Any]:
        done = self(*arguments, "--json")
        assert code is None or done.code == code, done
        return done.object


def write_csv(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def student(number: int, *, absences: object = 3, name: str = "Ada", grade: object = 3) -> str:
    """One clean row under HEADER."""
    ids = f"{number:07d},{9_000_000_000 + number}"
    return f"{ids},Lovelace,{name},{absences},98.00,2.00,North,{grade}"
