"""A proxy in front of a database that can fall silent: it stays connected and passes nothing on.

So a firewall or a failover looks to a client whose system finds nothing wrong with the connection.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class SilentProxy:
    """Listens on 127.0.0.1; what is connected when it falls silent is never heard of again."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._passes = threading.Event()  # of the connections of now
        self._passes.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        """Pass nothing on, for connections that there are and new ones, until `recover`."""
        self._passes.clear()

    def recover(self) -> None:
        """Let new connections through; the old ones stay as they are."""
        self._passes = threading.Event()
        self._passes.set()

    def close(self) -> None:
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                if not (passes := self._passes).is_set():
                    continue
                server = _connected(*self._target)
                self._sockets.append(server)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=_pass_on, args=(*pair, passes), daemon=True).start()


def _connected(host: str, port: int) -> socket.socket:
    """To a server that listens on a port, or in a folder as PostgreSQL does."""
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    opened = socket.socket(socket.AF_UNIX)
    opened.connect(f"{host}/.s.PGSQL.{port}")
    return opened


def _pass_on(one: socket.socket, other: socket.socket, passes: threading.Event) -> None:
    with suppress(OSError):
        while data := one.recv(65_536):
            if not passes.is_set():
                return
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@contextmanager
def silent_proxy(host: str, port: int) -> Iterator[SilentProxy]:
    proxy = SilentProxy((host, port))
    try:
        yield proxy
    finally:
        proxy.close()
