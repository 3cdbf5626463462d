"""One data folder and its server: created, started, found running, stopped, recovered."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TypedDict

from rollbook.embedded.account import VERSION, Account, binaries, server_account
from rollbook.embedded.errors import EmbeddedError

HERE = "/proc/self/cwd" if os.path.isdir("/proc/self/cwd") else "."  # noqa: PTH112
"""The data folder as the server names it. It runs under another account where we are root, and
must not need the right to look into the folders above (ROLLBOOK_HOME is 0700): it starts inside
its folder, and this link leads there without a walk through its parents."""

LONGEST_START = 60.0
LONGEST_STOP = 60.0
LARGEST_LOG = 5_000_000

SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_directories": "'.'",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "'256MB'",
    "work_mem": "'64MB'",
    "maintenance_work_mem": "'256MB'",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'15min'",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    # No statement, parameter or row in the log: they hold students' values.
    "log_min_error_statement": "'panic'",
    "log_error_verbosity": "'terse'",
    "log_parameter_max_length_on_error": "0",
    # Not even the first line of an error: "invalid input syntax" quotes the value.
    "log_min_messages": "'fatal'",
}


class Cluster:
    """`home/postgres` with its server. Whoever calls start or stop holds the lock for it."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "postgres"
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._password_file = home / "postgres.password"
        self._account = server_account()

    def prepare(self) -> None:
        """Make the folder, owned by the server's account, and nobody else's."""
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            _give(self.folder, self._account)

    def password(self) -> str:
        return self._password_file.read_text(encoding="utf-8")

    def start(self, settings: tuple[str, ...] = ()) -> None:
        """Start the server unless it runs; create the data folder the first time."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        if self._is_running():
            return
        self._rotate_log()
        self._clear_after_crash()
        self._launch(settings)

    def stop(self) -> None:
        """Stop the server cleanly: connections are ended, everything is written."""
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        _reap(pid)
        deadline = time.monotonic() + LONGEST_STOP
        while self._is_running():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"The embedded PostgreSQL does not stop. See {self.log}.")
            time.sleep(0.01)
            _reap(pid)

    def _create(self) -> None:
        password = secrets.token_urlsafe(24)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(password, encoding="utf-8")
        _empty(self.data)
        self.data.mkdir(mode=0o700)
        _give(self.data, self._account)
        handed = self.folder / "password"
        handed.touch(mode=0o600)
        handed.write_text(password, encoding="utf-8")
        _give(handed, self._account)
        try:
            self._run(
                "initdb", "-D", HERE, "--username=rollbook", "--pwfile=../password",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions", "--no-sync",
            )  # fmt: skip
            conf = "".join(f"{name} = {value}\n" for name, value in SETTINGS.items())
            with (self.data / "postgresql.conf").open("a") as file:
                file.write(conf)
            # The one database is made in single-user mode: no server has to be started for it.
            self._run(
                "postgres", "--single", "-D", HERE, "postgres", stdin=b"CREATE DATABASE rollbook\n"
            )
            self._run("initdb", "-D", HERE, "--sync-only")
        except EmbeddedError:
            _empty(self.data)
            raise
        finally:
            handed.unlink()

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != str(VERSION):
            raise EmbeddedError(
                f"The data in {self.data} belongs to PostgreSQL {found}, and this version of "
                f"Rollbook brings {VERSION}. Nothing was changed. Use the version of Rollbook that "
                "wrote it to make a backup, and restore that here."
            )

    def _clear_after_crash(self) -> None:
        """Wait for the last processes of a killed server, then take away the locks it left.

        They hold its process id, which may belong to another process by now; the server would
        believe that it runs already. Not while one of the old processes may still write.
        """
        deadline = time.monotonic() + LONGEST_STOP
        while _works_in(self.data):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    "Processes of an embedded PostgreSQL that was killed are still running. "
                    "Nothing was changed. Wait for them to end, or restart the machine."
                )
            time.sleep(0.05)
        for left_behind in ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
            (self.data / left_behind).unlink(missing_ok=True)

    def _launch(self, settings: tuple[str, ...]) -> None:
        options = [part for setting in settings for part in ("-c", setting)]
        with self.log.open("ab") as log:
            os.fchmod(log.fileno(), 0o600)
            server = subprocess.Popen(  # noqa: S603
                [self._program("postgres"), "-D", HERE, *options],
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C at our terminal is not meant for the server
                umask=0o077,
                # Not our environment: it may hold ROLLBOOK_SECRET_KEY.
                env={"PATH": os.defpath, "LC_ALL": "C"},
                **_become(self._account),
            )
        deadline = time.monotonic() + LONGEST_START
        while not self._is_ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedError(
                    f"The embedded PostgreSQL could not be started. Nothing was changed. Its log "
                    f"{self.log} says why; often the disk is full."
                )
            time.sleep(0.01)
        # It outlives this object on purpose; the last user stops it.
        server.returncode = 0

    def _run(self, program: str, *arguments: str, stdin: bytes = b"") -> None:
        with self.log.open("ab") as log:
            done = subprocess.run(  # noqa: S603
                [self._program(program), *arguments],
                cwd=self.data,
                input=stdin,
                stdout=log,
                stderr=log,
                check=False,
                umask=0o077,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                **_become(self._account),
            )
        if done.returncode != 0:
            raise EmbeddedError(
                f"The embedded PostgreSQL could not be set up ({program}). Nothing was changed. "
                f"Its log {self.log} says why; often the disk is full."
            )

    def _program(self, name: str) -> str:
        return str(binaries(self._account) / name)

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old"))

    def _pid(self) -> int | None:
        """Return the process id of the running server of this folder."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            runs_in = Path(f"/proc/{pid}/cwd").readlink()
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, ValueError):
            return None
        return pid if runs_in == self.data.resolve() and state != "Z" else None

    def _is_running(self) -> bool:
        return self._pid() is not None

    def _is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"


def _works_in(folder: Path) -> bool:
    """Tell whether a process has `folder` as its working directory, as every server process has."""
    folder = folder.resolve()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                return True
        except OSError:  # it has ended, or is somebody else's
            continue
    return False


class _Become(TypedDict, total=False):
    user: int | None
    group: int | None
    extra_groups: list[int]


def _become(account: Account) -> _Become:
    if account.uid is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _give(path: Path, account: Account) -> None:
    if account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid)


def _empty(folder: Path) -> None:
    """Remove what a creation that broke off has left."""
    if folder.exists():
        shutil.rmtree(folder)


def _reap(pid: int) -> None:
    """Take the exit of a server that we started ourselves, so that it is no zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
