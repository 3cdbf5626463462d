"""Starting PostgreSQL's programs: as the right account, inside a folder, without our secrets."""

import os
import subprocess
import tempfile
from pathlib import Path

from rollbook.embedded.account import Account, binaries
from rollbook.embedded.errors import CannotStart
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

    def run(self, name: str, *arguments: str, cwd: Path, stdin: bytes | int = b"") -> None:
        """Run a program to its end; its words go to the log."""
        with self.log.open("ab") as log, tempfile.TemporaryFile(dir=self.log.parent) as given:
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
            raise CannotStart(
                f"The embedded PostgreSQL could not be set up ({name}). Nothing was changed. Its "
                f"log {self.log} says why; often the disk is full."
            )

    def serve(self, arguments: list[str], *, cwd: Path) -> subprocess.Popen[bytes]:
        """Start the server, which goes on when we end; Ctrl-C is not meant for it."""
        self._rotate_log()
        with self.log.open("ab") as log:
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

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old"))
