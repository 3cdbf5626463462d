"""The supported versions of Python and PostgreSQL, each tried: `python -m scripts.matrix`.

Each Python gets an environment of its own with the locked requirements and the wheel, and imports
a file into the PostgreSQL that comes with it; each PostgreSQL of the machine is imported into by
this environment. Every import is done twice: the second time nothing may change. What is not
installed here is said, and counts neither as tried nor as failed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.integration.own_postgresql import own_postgresql

ROOT: Final = Path(__file__).parents[1]
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
POSTGRESQLS: Final = ("15", "16", "17", "18")
PROGRAMS: Final = Path(os.environ.get("POSTGRESQL_ROOT", "/usr/lib/postgresql"))
ROWS: Final = 200
LONGEST: Final = 900.0
"""Seconds for one command; the longest installs an environment."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one version. `result` is ok, failed, or not installed here."""

    what: str
    result: str
    why: str = ""


class Failed(Exception):
    """A command of a trial failed; the message is its last words."""


def try_all(pythons: tuple[str, ...], postgresqls: tuple[str, ...]) -> Iterator[Tried]:
    """Try each version; yield what came of it, in order."""
    for version in pythons:
        yield _told(f"Python {version}", partial(_with_python, version))
    for version in postgresqls:
        yield _told(f"PostgreSQL {version}", partial(_with_postgresql, version))


def interpreter(version: str) -> str | None:
    """Return the program of a Python that really is of this version."""
    found = shutil.which(f"python{version}")
    if found is None:
        return None
    ask = [found, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)
    return found if done.stdout.strip() == version else None  # a shim may lead to nothing


def _told(what: str, attempt: Callable[[], bool]) -> Tried:
    try:
        return Tried(what, "ok" if attempt() else "not installed here")
    except Failed as error:
        return Tried(what, "failed", str(error))


def _with_python(version: str) -> bool:
    found = interpreter(version)
    if found is None:
        return False
    with tempfile.TemporaryDirectory(prefix="rollbook-matrix-") as folder:
        place = Path(folder)
        _run([found, "-m", "venv", folder + "/venv"])
        python = str(place / "venv/bin/python")
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        locked = str(ROOT / "requirements/app.txt")
        _run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", locked])
        _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder + "/dist"])
        (wheel,) = (place / "dist").iterdir()
        _run([*pip, "--no-deps", str(wheel)])
        _import_twice(python, place, {})
    return True


def _with_postgresql(version: str) -> bool:
    programs = PROGRAMS / version / "bin"
    if not (programs / "initdb").exists():
        return False
    folders = tempfile.TemporaryDirectory(prefix="rollbook-matrix-")
    with folders as folder, own_postgresql(programs) as url:
        _import_twice(sys.executable, Path(folder), {"DATABASE_URL": url})
    return True


def _import_twice(python: str, folder: Path, environment: dict[str, str]) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    ours = {**_without_rollbook(), **environment, "ROLLBOOK_HOME": str(home)}
    file = folder / "students.csv"
    rows = (f"{n:07d},{9_000_000_000 + n},Lovelace,Ada,3,98.00,2.00,North,3" for n in range(ROWS))
    header = "Student ID,SSID,Last Name,First Name,Absences YTD,Attendance %,Absence %,School,Grade"
    file.write_text("\n".join([header, *rows]) + "\n")
    _run([python, "-m", "rollbook", "migrate", "--quiet"], ours)
    for counted in ("inserted", "unchanged"):
        words = [python, "-m", "rollbook", "import", str(file), "--force", "--json"]
        counts = json.loads(_run(words, ours))["counts"]
        if counts[counted] != ROWS:
            raise Failed(f"{counts[counted]} of {ROWS} students {counted}")


def _without_rollbook() -> dict[str, str]:
    ours = ("DATABASE_URL", "ROLLBOOK_", "DJANGO_", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _run(words: list[str], environment: dict[str, str] | None = None) -> str:
    """Return what a command writes. Raises Failed with the last of its complaints."""
    try:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env=environment or _without_rollbook(),
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{words[1:4]} did not end within {LONGEST:g} seconds") from None
    if done.returncode:
        raise Failed((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
    return done.stdout


def main() -> None:
    tried = []
    for each in try_all(PYTHONS, POSTGRESQLS):
        print(f"{each.what:<16} {each.result} {each.why}".rstrip(), flush=True)
        tried.append(each.result)
    print(f"{tried.count('ok')} tried, {tried.count('not installed here')} not installed here.")
    sys.exit(1 if "failed" in tried else 0)


if __name__ == "__main__":
    main()
