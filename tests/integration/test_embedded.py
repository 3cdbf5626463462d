"""The embedded PostgreSQL: private, shared by processes, stopped by the last, recovered."""

import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rollbook import embedded
from rollbook.embedded.account import Account, binaries
from rollbook.embedded.cluster import Cluster

HOLD = (
    "import sys, pathlib\n"
    "from rollbook import embedded\n"
    "with embedded.running(pathlib.Path(sys.argv[1])) as url:\n"
    "    print(url, flush=True)\n"
    "    sys.stdin.read()\n"
)


@pytest.fixture
def home() -> Iterator[Path]:
    # Not pytest's own folder: an ordinary user must be able to reach it.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "home"
        path.mkdir(mode=0o700)
        yield path


def test_what_was_stored_is_there_the_next_time(home: Path) -> None:
    with embedded.running(home) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (7)")
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select n from kept").fetchall() == [(7,)]


def test_nobody_else_can_look_into_it_and_no_mode_above_it_changes(home: Path) -> None:
    above = stat.S_IMODE(home.parent.stat().st_mode)
    with embedded.running(home):
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE(home.parent.stat().st_mode) == above
        for path in home.rglob("*"):
            if not path.is_symlink():
                assert not stat.S_IMODE(path.stat().st_mode) & 0o007, path
        listening = Path("/proc/net/tcp").read_text()
        assert ":1538 " not in listening  # 5432


def test_nobody_signs_in_without_the_password(home: Path) -> None:
    with embedded.running(home) as url:
        wrong = url.replace(url.split(":")[2].split("@")[0], "guessed")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong).close()


def test_the_server_stops_with_its_last_user(home: Path) -> None:
    with embedded.running(home), embedded.running(home):
        pass
    assert not _runs(home)


def test_two_processes_share_one_server_and_the_last_one_stops_it(home: Path) -> None:
    with _holder(home) as other:
        with embedded.running(home) as url:
            assert url == other.url
        assert _runs(home)
    assert not _runs(home)


def test_a_killed_owner_does_not_keep_the_next_one_out(home: Path) -> None:
    with _holder(home) as other:
        other.process.kill()
        other.process.wait()
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not _runs(home)


def test_a_killed_server_recovers_at_the_next_start(home: Path) -> None:
    with _holder(home) as other:
        with psycopg.connect(other.url, autocommit=True) as connection:
            connection.execute("create table kept as select 7 as n")
        pid = int((home / "postgres/data/postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        other.process.kill()
        other.process.wait()
    _wait_until_dead(home)
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select n from kept").fetchall() == [(7,)]


def test_a_deep_folder_is_no_obstacle(home: Path) -> None:
    deep = home / ("d" * 80) / ("e" * 80)
    deep.mkdir(parents=True, mode=0o700)
    with embedded.running(deep) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_an_ordinary_user_runs_it_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:  # then every other test has shown it
        with embedded.running(home) as url:
            assert url
        return
    # A child becomes somebody who cannot look into root's folders, where Python itself may lie; so
    # it is forked with everything loaded, and uses the programs where root's server finds them.
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    programs = binaries(Account(nobody.pw_uid, nobody.pw_gid))
    monkeypatch.setattr("rollbook.embedded.cluster.binaries", lambda account: programs)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            with embedded.running(home) as url, psycopg.connect(url) as connection:
                code = 0 if connection.execute("select 1").fetchone() == (1,) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not _runs(home)


def test_a_failing_statement_leaves_no_value_in_the_log(home: Path) -> None:
    with embedded.running(home) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table t (n text primary key check (n <> 'marker-1'))")
        for value in ("marker-1", "marker-2", "marker-2"):
            try:
                connection.execute("insert into t values (%s)", [value])
            except psycopg.Error as error:
                assert error.sqlstate in ("23514", "23505")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("select 'marker-3'::integer")
    assert "marker" not in (home / "postgres/log").read_text()


def test_data_of_another_major_version_is_refused_with_advice(home: Path) -> None:
    with embedded.running(home):
        pass
    (home / "postgres/data/PG_VERSION").write_text("15\n")
    with pytest.raises(embedded.EmbeddedError, match="belongs to PostgreSQL 15"):
        embedded.running(home).__enter__()


class _Holder:
    """Another process that uses the server until it is told to stop."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.process = process
        self.url = url

    def __enter__(self) -> "_Holder":
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        self.process.wait(timeout=30)


def _holder(home: Path) -> _Holder:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    return _Holder(process, process.stdout.readline().strip())


def _runs(home: Path) -> bool:
    return Cluster(home)._is_running()


def _wait_until_dead(home: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if not _runs(home):
            return
        time.sleep(0.02)
    raise AssertionError("the killed server still runs")
