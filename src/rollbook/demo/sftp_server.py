"""An SFTP server on loopback that serves one folder, read-only, with its own key and password."""

import asyncio
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollbook.core.sources.ssh import asyncssh

HOST = "127.0.0.1"
USERNAME = "district"


@dataclass(frozen=True, slots=True)
class DemoServer:
    """What a feed needs to reach it."""

    host: str
    port: int
    username: str
    password: str
    host_key: str


@contextmanager
def demo_server(folder: Path, *, port: int = 0) -> Iterator[DemoServer]:
    """Serve `folder` while the block lasts; `port` 0: any free one."""
    password = secrets.token_urlsafe(16)
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    clients: set[asyncssh.SSHServerConnection] = set()
    acceptor = loop.run_until_complete(
        _listen(folder, port, key=key, password=password, clients=clients)
    )
    thread = threading.Thread(target=loop.run_forever, name="demo SFTP server", daemon=True)
    thread.start()
    try:
        yield DemoServer(
            host=HOST,
            port=acceptor.get_port(),
            username=USERNAME,
            password=password,
            host_key=key.export_public_key().decode("ascii").strip(),
        )
    finally:
        asyncio.run_coroutine_threadsafe(_close(acceptor, clients), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)
        loop.close()


async def _listen(
    folder: Path,
    port: int,
    *,
    key: asyncssh.SSHKey,
    password: str,
    clients: set[asyncssh.SSHServerConnection],
) -> asyncssh.SSHAcceptor:
    def serve(channel: "asyncssh.SSHServerChannel[bytes]") -> asyncssh.SFTPServer:
        return _ReadOnly(channel, chroot=str(folder).encode())

    return await asyncssh.listen(
        HOST,
        port,
        config=None,
        server_host_keys=[key],
        server_factory=lambda: _OneUser(password, clients),
        sftp_factory=serve,
        allow_scp=False,
    )


async def _close(
    acceptor: asyncssh.SSHAcceptor, clients: set[asyncssh.SSHServerConnection]
) -> None:
    acceptor.close()
    for client in tuple(clients):
        client.abort()
    for client in tuple(clients):
        await client.wait_closed()
    await acceptor.wait_closed()


class _OneUser(asyncssh.SSHServer):
    def __init__(self, password: str, clients: set[asyncssh.SSHServerConnection]) -> None:
        self._password = password
        self._clients = clients

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._client = conn
        self._clients.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        self._clients.discard(self._client)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        given = f"{username} {password}".encode()
        return secrets.compare_digest(given, f"{USERNAME} {self._password}".encode())


def _refuse(*arguments: object) -> None:
    raise asyncssh.SFTPPermissionDenied("This server is read-only.")


_REFUSED: Any = _refuse
"""A method of any type."""


class _ReadOnly(asyncssh.SFTPServer):
    """Refuses what changes a file; the folder itself it cannot leave."""

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & ~asyncssh.FXF_READ:
            _refuse()
        return super().open(path, pflags, attrs)

    open56 = mkdir = rmdir = remove = rename = posix_rename = _REFUSED
    link = symlink = setstat = lsetstat = fsetstat = _REFUSED
