"""A signed-in server, asked within deadlines: one that falls silent is hung up on.

Giving up on an answer is not enough. What waits for it (an open folder, an open file) asks the
server once more on its way out, to close it, and would wait for that answer without end. So the
connection is cut first; then everything that waits ends at once. The same holds where the import
is cancelled.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from rollbook.core.sources.limit_errors import ServerSilent
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.ssh import asyncssh

T = TypeVar("T")


class Remote:
    """One SFTP session."""

    def __init__(
        self,
        ssh: asyncssh.SSHClientConnection,
        sftp: asyncssh.SFTPClient,
        *,
        host: str,
        patience: Patience,
    ) -> None:
        self.sftp = sftp
        self.host = host
        self.patience = patience
        self._ssh = ssh

    async def ask(self, question: Awaitable[T], *, doing: str, seconds: float | None = None) -> T:
        """The answer to `question`. `doing` completes "while ..." in the error.

        Raises ServerSilent where there is none within `seconds` (None: as for one answer).
        """
        patience = self.patience.answer if seconds is None else seconds
        task = asyncio.ensure_future(question)
        closing = self.patience.closing
        if not await is_answered(self._ssh, task, seconds=patience, closing=closing):
            raise ServerSilent(host=self.host, doing=doing, seconds=patience)
        return task.result()

    def hang_up(self) -> None:
        """Cut the connection: whatever still waits for an answer ends at once."""
        self._ssh.abort()


async def is_answered(
    ssh: asyncssh.SSHClientConnection,
    task: "asyncio.Future[Any]",
    *,
    seconds: float,
    closing: float,
) -> bool:
    """Wait for `task`; after `seconds`, or where we are cancelled, cut the connection.

    Returns whether `task` ended in time, whatever it came to.
    """
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return bool(done)
    finally:
        if not task.done():
            ssh.abort()
            task.cancel()
            await asyncio.wait({task}, timeout=closing)
            _forget(task)


def _forget(task: "asyncio.Future[Any]") -> None:
    """No one asks any more what came of it, and the loop is not to complain about that."""
    if task.done() and not task.cancelled():
        task.exception()
