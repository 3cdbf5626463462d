"""The server of the pages: it waits for slow clients itself, so that none of them holds a thread.

A thread gets a request when it has arrived whole, and is free when its answer is made; the sending
is the server's own. Whoever is slower than the limits below is cut off.
"""

import errno
import math
import select
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.wasyncore import loop

from rollbook.web.tls import Certificate
from rollbook.web.uploads import LARGEST_UPLOAD

THREADS = 8
STOP_WITHIN = 10.0
"""Seconds that requests may take to end when the server is told to."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may take, in seconds, bytes and connections."""

    head_seconds: float = 15
    """For a TLS handshake and the head of a request, from the first byte on."""
    idle_seconds: float = 30
    """Between two requests, and without a byte in a body or an answer."""
    slowest: int = 16_000
    """Bytes a second of a body or an answer, once it has had `head_seconds`."""
    connections: int = 1_000
    """Beyond them the one that has waited longest for its client is closed."""
    bodies: int = 2 * LARGEST_UPLOAD
    """Bytes of unfinished uploads together: a stranger must not fill the disk."""


LIMITS: Final = Limits()


class Connection(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One client. `began` is when its turn began: to ask, or to take what it has asked for.

    Every time here is of the monotonic clock: whoever sets the machine's date cuts nobody off.
    """

    server: "PageServer"
    request: Any

    def __init__(self, server: "PageServer", sock: Any, addr: Any, adj: Any, map: Any) -> None:
        self.began = time.monotonic()
        self._heard: float | None = None
        self._sent = self._sent_before = 0
        self._stalled_since: float | None = None
        super().__init__(server, sock, addr, adj, map=map)
        # The kernel's megabytes would be read from the buffer anew for each part that is added.
        self.sendbuf_len = 1 << 16

    @property
    def body_bytes(self) -> int:
        """Bytes of an unfinished body that lie here."""
        return 0 if self.request is None else self.request.body_bytes_received

    def received(self, data: bytes) -> Any:
        self._heard = time.monotonic()
        if self.request is None:
            self.began = self._heard
        return super().received(data)

    def service(self) -> None:
        super().service()
        self.began, self._sent = time.monotonic(), 0

    def send(self, data: bytes, do_close: bool = True) -> int:
        count: int = super().send(data, do_close=do_close)
        self._sent += count
        return count

    def handle_close(self) -> None:
        if self.request is not None:  # what has come of it is of no use
            self.request.close()
            self.request = None
        super().handle_close()

    def is_too_slow(self, now: float, limits: Limits) -> bool:
        """Tell whether it has had its time. Asked once a second, which it counts on."""
        if self.total_outbufs_len:
            is_made = not self.requests
            return self._is_stalled(now, limits) or (
                is_made and self._is_below(now, limits, done=self._sent)
            )
        self._stalled_since = None
        if self.requests:
            return False
        if self.request is not None and self.request.headers_finished:
            is_silent = now - (self._heard or self.began) > limits.idle_seconds
            return is_silent or self._is_below(now, limits, done=self.body_bytes)
        is_idle = self.request is None and self._heard is not None
        return now - self.began > (limits.idle_seconds if is_idle else limits.head_seconds)

    def _is_stalled(self, now: float, limits: Limits) -> bool:
        # Not by the last activity: an answer that took long to make would count as one.
        if self._stalled_since is None or self._sent != self._sent_before:
            self._stalled_since, self._sent_before = now, self._sent
        return now - self._stalled_since > limits.idle_seconds

    def _is_below(self, now: float, limits: Limits, *, done: int) -> bool:
        return done < (now - self.began - limits.head_seconds) * limits.slowest


class SecureConnection(Connection):
    """One client that speaks TLS; no step of it blocks."""

    def __init__(self, server: "PageServer", sock: Any, addr: Any, adj: Any, map: Any) -> None:
        assert server.certificate is not None
        sock.setblocking(False)
        secure = server.certificate.context().wrap_socket(
            sock, server_side=True, do_handshake_on_connect=False
        )
        self._is_greeted = False
        super().__init__(server, secure, addr, adj, map)

    def handle_read(self) -> None:
        try:
            if not self._is_greeted:
                self.socket.do_handshake()
                self._is_greeted = True
            data = self.socket.recv(self.adj.recv_bytes)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError:  # no TLS, or another than ours
            self.handle_close()
            return
        if not data:
            self.handle_close()
            return
        self.received(data)

    def send(self, data: bytes, do_close: bool = True) -> int:
        try:
            return super().send(data, do_close=do_close)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return 0


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
            if error.errno in (errno.EMFILE, errno.ENFILE):  # nobody else would ever come in
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
