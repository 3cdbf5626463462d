"""The zip, built once, and a feed whose planned run is due, with a real server and database."""

import fcntl
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rollbook.core.function_call import _client
from scripts.lambda_zip import LARGEST, REQUIREMENTS, build, install
from tests.doubles.aws_server import Calls, calls_on_loopback
from tests.doubles.feeds import add_feed
from tests.doubles.lambda_runtime import Built, Function, function
from tests.integration.cli.commands import student, write_csv
from tests.integration.servers import Faults, asyncssh_server, openssh_server

STUDENTS = 300


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Built by the first process of the tests that asks; the others wait for it."""
    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "lambda"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            folder.mkdir()
            given = os.environ.get("TESTED_LAMBDA_ZIP")  # settings ROLLBOOK_* are not for tests
            zipped = Path(given) if given else folder / "rollbook-lambda.zip"
            if not given:  # where continuous integration has not just built it
                assert build(zipped).unpacked < LARGEST
            with zipfile.ZipFile(zipped) as packed:
                packed.extractall(folder / "task")
            install(REQUIREMENTS / "lambda-runtime.txt", folder / "client")
            (folder / "done").touch()
    return Built(folder / "task", folder / "client")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    with calls_on_loopback() as taken:
        for name, value in taken.environ.items():
            monkeypatch.setenv(name, value)
        _client.cache_clear()
        yield taken
        _client.cache_clear()


@dataclass
class Deployed:
    """A feed whose planned run is due, and the functions that see to it."""

    start: Callable[..., Function]
    url: str
    host_key: str
    database: "psycopg.Connection[Any]"
    served: Path
    faults: Faults

    def stored(self) -> int:
        """How many students' values are stored."""
        row = self.database.execute("select count(*) from public.student_data_snapshots").fetchone()
        assert row is not None
        return int(row[0])

    def next_attempt_comes(self) -> None:
        """Let the pause before the promised attempt be over."""
        self.database.execute("update rollbook.job_attempts set retry_at = now() - interval '1 s'")

    def a_day_passes(self) -> None:
        """Let the feed's next planned run be due."""
        self.database.execute(
            "update rollbook.feeds set planned_at = now() - interval '25 hours',"
            " schedule_set_at = now() - interval '25 hours'"
        )

    def write_students(self, count: int = STUDENTS, *, absences: int = 3) -> None:
        path = self.served / "students.csv"
        rows = (student(number, absences=absences) for number in range(1, count + 1))
        write_csv(path, *rows)
        os.utime(path, (1_700_000_000 + absences, 1_700_000_000 + absences))


@pytest.fixture
def deployed(
    built: Built, records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deployed]:
    """Its server is the one with faults."""
    with ExitStack() as opened:
        faults = Faults()
        folder = tmp_path / "served"
        folder.mkdir()
        server = opened.enter_context(asyncssh_server(folder, faults=faults))
        yield _deployed(built, records, opened, server=server, folder=folder, faults=faults)


@pytest.fixture
def deployed_with_openssh(built: Built, records: str, tmp_path: Path) -> Iterator[Deployed]:
    """Its server is OpenSSH's own."""
    with ExitStack() as opened:
        folder = tmp_path / "served"
        folder.mkdir()
        server = opened.enter_context(openssh_server(folder))
        yield _deployed(built, records, opened, server=server, folder=folder, faults=Faults())


def _deployed(
    built: Built, url: str, opened: ExitStack, *, server: Any, folder: Path, faults: Faults
) -> Deployed:
    yesterday = datetime.now(UTC) - timedelta(hours=25)
    add_feed(server=server, folder="/" if server.password else "", now=yesterday)
    environ = {
        "DATABASE_URL": url,
        "ROLLBOOK_SECRET_KEY": os.environ["ROLLBOOK_SECRET_KEY"],
        "TMPDIR": str(folder.parent),
    }

    def start(**more: str) -> Function:
        running: AbstractContextManager[Function] = function(built, environ | more)
        return opened.enter_context(running)

    database = opened.enter_context(psycopg.connect(url, autocommit=True))
    deployed = Deployed(start, url, server.host_key, database, folder, faults)
    deployed.write_students()
    return deployed
