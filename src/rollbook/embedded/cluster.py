"""One data folder and its server: started, found running, stopped, recovered."""

import os
import signal
import subprocess
import time
from pathlib import Path

from rollbook.embedded.account import server_account
from rollbook.embedded.creation import check_version, create
from rollbook.embedded.errors import CannotStart, CannotStop
from rollbook.embedded.process_lock import Presence
from rollbook.embedded.programs import Programs
from rollbook.embedded.settings import options

LONGEST_START = 300.0
"""Seconds. After a crash the server first repeats what its write-ahead log holds, up to 4 GB."""
LONGEST_STOP = 120.0
PATIENCE = 30.0
"""Seconds until a server that does not stop is made to, which costs a recovery but no data.
PostgreSQL 18 waits forever if it is stopped while it restarts after the death of a process."""
HAS_PROC = Path("/proc/self/cwd").exists()


class Cluster:
    """`home/postgres` with its server. The caller of start or stop holds the lock for it.

    The server's account owns `data` and nothing else: all other files, the log among them, are
    ours, so that it cannot make root follow a link.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "postgres"
        self.data = self._folder / "data"
        self._log = self._folder / "log"
        self._password_file = home / "postgres.password"
        self._presence = Presence(home / "postgres.server")

    def password(self) -> str:
        return self._password_file.read_text(encoding="ascii")

    def start(self, settings: tuple[str, ...] = ()) -> None:
        """Start the server unless it runs; create the data folder the first time."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        deadline = time.monotonic() + LONGEST_START
        while not self.is_ready():
            with self._presence.taken() as lock:
                if lock is not None:
                    self._start(settings, lock)
                    return
            # It is starting or stopping, or a killed server has left processes that still write.
            self._wait(
                deadline,
                "it is in use by processes that don't answer, perhaps of another container",
            )

    def stop(self) -> None:
        """Stop the server cleanly: connections are ended, everything is written."""
        begun = time.monotonic()
        sent: tuple[int, signal.Signals] | None = None
        while (pid := self._pid()) is not None or self._presence.is_felt():
            waited = time.monotonic() - begun
            order = signal.SIGINT if waited < PATIENCE else signal.SIGQUIT
            if pid is not None and sent != (pid, order):
                sent = (pid, order)
                os.kill(pid, order)
            if waited > LONGEST_STOP:
                raise CannotStop(log=self._log)
            time.sleep(0.01)
            if sent:
                _reap(sent[0])

    def _start(self, settings: tuple[str, ...], lock: int) -> None:
        account = server_account()
        programs = Programs(account, log=self._new_log(), lock=lock)
        if self.data.exists():
            account.take_over(self.data)
        else:
            create(self.data, self._password_file, programs)
        check_version(self.data)
        # A killed server leaves its process id behind. If it now belongs to another process, the
        # server would believe that it runs already. We hold the lock, so it does not.
        for left_behind in ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
            (self.data / left_behind).unlink(missing_ok=True)
        server = programs.serve(options(settings), cwd=self.data)
        self._await(server, programs)
        # It outlives this object on purpose; the last user stops it.
        server.returncode = 0

    def _new_log(self) -> Path:
        self._log.touch(mode=0o600)
        return self._log

    def _await(self, server: "subprocess.Popen[bytes]", programs: Programs) -> None:
        deadline = time.monotonic() + LONGEST_START
        while not self.is_ready():
            if server.poll() is not None:
                raise programs.failure("couldn't be started: it ended at once")
            self._wait(deadline, "it takes too long")

    def _wait(self, deadline: float, why: str) -> None:
        if time.monotonic() > deadline:
            raise self._cannot_start(why)
        time.sleep(0.01)

    def _cannot_start(self, why: str) -> CannotStart:
        return CannotStart(
            what=f"The embedded PostgreSQL couldn't be started: {why}.",
            advice=f"Its log {self._log} says more.",
        )

    def is_ready(self) -> bool:
        """Tell whether the server runs and takes connections."""
        lines = self._status()
        return len(lines) >= 8 and lines[7].strip() == "ready" and self._pid() is not None

    def _pid(self) -> int | None:
        """Return the process id of the running server of this folder."""
        try:
            pid = int(self._status()[0])
            if HAS_PROC:
                # The file belongs to the server's account: it must not choose what root signals.
                return pid if Path(f"/proc/{pid}/cwd").samefile(self.data) else None
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid

    def _status(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []


def _reap(pid: int) -> None:
    """Take the exit of a server that we started ourselves, so that it is no zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
