"""The server of the pages: it waits for slow clients itself, so that none of them holds a thread.

A thread gets a request when it has arrived whole, and is free when its answer is made; the sending
is the server's own. A client that is slower than the limits of `clients.py` is cut off.
"""

import errno
import math
import select
import socket
import time
from collections.abc import Callable
from typing import Any

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.wasyncore import loop

from rollbook.transfers.uploads import LARGEST_UPLOAD
from rollbook.web.serving.clients import LIMITS, Connection, Limits, SecureConnection
from rollbook.web.serving.tls import Certificate

THREADS = 8
STOP_WITHIN = 10.0
"""Seconds that requests may take to end when the server is stopped."""


class PageServer(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """Serves one WSGI application on one socket that listens already."""

    next_channel_cleanup = math.inf
    """Waitress would look for slow clients by the machine's date; `_turn` does it instead."""

    def __init__(
        self,
        application: Callable[..., Any],
        listener: socket.socket,
        *,
        certificate: Certificate | None = None,
        limits: Limits = LIMITS,
        threads: int = THREADS,
    ) -> None:
        self.certificate, self.limits = certificate, limits
        self._is_over = False
        self._looked_at = -math.inf
        self.channel_class = Connection if certificate is None else SecureConnection
        where = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application,
            _sock=listener,
            bind_socket=False,
            sockinfo=where,
            adj=_adjustments(limits, threads=threads, is_tls=certificate is not None),
        )

    def run(self) -> None:
        """Serve until `stop` is called; what has been asked by then is answered."""
        while not self._is_over:
            self._turn()
        self.accepting = False
        self.del_channel()
        self.socket.close()
        deadline = time.monotonic() + STOP_WITHIN
        while time.monotonic() < deadline and self._has_work():
            self._turn()
        for each in self._connections():
            each.handle_close()
        self.task_dispatcher.shutdown(timeout=1)
        if not self.task_dispatcher.threads:  # one that is left would still pull it
            self.trigger.close()

    def stop(self) -> None:
        """Let `run` end; may be called by a signal's handler."""
        self._is_over = True
        self.pull_trigger()

    def handle_accept(self) -> None:
        try:
            super().handle_accept()
        except OSError:  # gone before its first byte
            return
        if len(self.active_channels) > self.limits.connections:
            self._close_longest_waiting()

    def accept(self) -> Any:
        try:
            return super().accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):  # no one else would ever come in
                self._close_longest_waiting()
            raise

    def _turn(self) -> None:
        loop(timeout=1, use_poll=hasattr(select, "poll"), map=self._map, count=1)
        now = time.monotonic()
        if now - self._looked_at >= 1:
            self._looked_at = now
            self._cut_off_slow(now)

    def _cut_off_slow(self, now: float) -> None:
        for each in self._connections():
            if each.is_too_slow(now, self.limits):
                each.will_close = True
        self._refuse_bodies()

    def _connections(self) -> list[Connection]:
        return list(self.active_channels.values())

    def _has_work(self) -> bool:
        return any(each.requests or each.total_outbufs_len for each in self._connections())

    def _close_longest_waiting(self) -> None:
        waiting = [each for each in self._connections() if not each.requests]
        if waiting:
            min(waiting, key=lambda each: (each.total_outbufs_len > 0, each.began)).handle_close()

    def _refuse_bodies(self) -> None:
        """Close the newest unfinished uploads where all together are too large."""
        total = 0
        for each in sorted(self._connections(), key=lambda each: each.began):
            total += each.body_bytes
            if each.body_bytes and total > self.limits.bodies:
                each.will_close = True


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def _adjustments(limits: Limits, *, threads: int, is_tls: bool) -> Adjustments:
    return Adjustments(
        threads=threads,
        url_scheme="https" if is_tls else "http",
        ident=None,
        # The pages judge these headers themselves: access/client_address.py.
        clear_untrusted_proxy_headers=False,
        recv_bytes=1 << 16,  # more than a TLS record, so that none is left behind unseen
        max_request_header_size=64 << 10,
        # A form around the file; larger ones are answered with 413 before they are read.
        max_request_body_size=LARGEST_UPLOAD + (1 << 20),
        # What is larger lies in an anonymous file. A download is made into one without waiting for
        # its reader, so that neither a thread nor a query waits for one.
        inbuf_overflow=1 << 16,
        outbuf_overflow=1 << 17,
        outbuf_high_watermark=1 << 30,
        connection_limit=limits.connections + 100,
        log_socket_errors=False,
        asyncore_use_poll=True,
    )
