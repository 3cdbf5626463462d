"""Starting PostgreSQL's programs: as the right account, inside a folder, without our secrets."""

import os
import subprocess
import tempfile
from pathlib import Path

from rollbook.embedded.account import Account, binaries
from rollbook.embedded.errors import CannotStart, EmbeddedError
from rollbook.embedded.room import disk_full, ended_for_want_of_room
from rollbook.embedded.settings import HERE

LARGEST_LOG = 5_000_000
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
"""Ours may hold keys, and other processes of the server's account may read the server's."""


class Programs:
    """PostgreSQL's programs for one home. Each inherits `lock`, so that none is overlooked."""

    def __init__(self, account: Account, *, log: Path, lock: int) -> None:
        self.account = account
        self.log = log
        self._folder = binaries(account)
        self._lock = lock
        self._logged = 0
        """Bytes in the log before the last program was started."""

    def run(self, name: str, *arguments: str, cwd: Path, stdin: bytes | int = b"") -> None:
        """Run a program to its end; its words go to the log."""
        with self.log.open("ab") as log, tempfile.TemporaryFile(dir=self.log.parent) as given:
            self._logged = log.tell()
            if isinstance(stdin, bytes):
                given.write(stdin)
                given.seek(0)
            done = subprocess.run(  # noqa: S603
                [str(self._folder / name), *arguments],
                cwd=cwd,
                stdin=given if isinstance(stdin, bytes) else stdin,
                stdout=log,
                stderr=log,
                check=False,
                umask=0o077,
                env=ENVIRONMENT,
                pass_fds=(self._lock,),
                start_new_session=True,
                **self.account.identity(),
            )
        if done.returncode != 0:
            raise self.failure(f"couldn't be set up ({name})")

    def serve(self, arguments: list[str], *, cwd: Path) -> subprocess.Popen[bytes]:
        """Start the server, which goes on when we end; Ctrl-C is not meant for it."""
        self._rotate_log()
        with self.log.open("ab") as log:
            self._logged = log.tell()
            return subprocess.Popen(  # noqa: S603
                [str(self._folder / "postgres"), *arguments, "-D", HERE],
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                umask=0o077,
                env=ENVIRONMENT,
                pass_fds=(self._lock,),
                start_new_session=True,
                **self.account.identity(),
            )

    def failure(self, what: str) -> EmbeddedError:
        """Return the error for the last program, which has ended: `what` it could not do."""
        if ended_for_want_of_room(self.log, self._logged):
            return disk_full(self.log.parent)
        return CannotStart(
            what=f"The embedded PostgreSQL {what}.", advice=f"Its log {self.log} says why."
        )

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old"))
