"""One client of the server of the pages, in plain HTTP or over TLS, and the time it may take."""

import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any, Final

from waitress.channel import HTTPChannel
from waitress.utilities import RequestEntityTooLarge

from rollbook.core.quantities import size_text
from rollbook.transfers.uploads import LARGEST_UPLOAD


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
A_MOMENT = 0.001
"""Seconds."""


class TooLarge(RequestEntityTooLarge):  # type: ignore[misc]  # waitress has no types
    """The answer to more bytes than any form may have: a sentence, for a person's browser."""

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        said = (
            f"That's too large to send. The limit is {size_text(LARGEST_UPLOAD)}. Nothing was "
            "saved or imported. Go back and choose a smaller file.\n"
        )
        return f"413 {self.reason}", [("Content-Type", "text/plain; charset=utf-8")], said.encode()


class Connection(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One client. `began` is when its turn began: to ask, or to take what it has asked for.

    Every time here is of the monotonic clock: setting the machine's date cuts no client off.
    """

    server: Any
    request: Any

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any) -> None:
        self.began = time.monotonic()
        self._heard: float | None = None
        self._sent = self._sent_before = 0
        self._stalled_since: float | None = None
        self._is_refused = False
        self._ended_at: float | None = None
        super().__init__(server, sock, addr, adj, map=map)
        # The kernel's megabytes would be read from the buffer again for each part that is added.
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
        refused = self.requests[0].error
        self._is_refused = refused is not None
        if isinstance(refused, RequestEntityTooLarge):
            self.requests[0].error = TooLarge(refused.body)
        super().service()
        self.began, self._sent = time.monotonic(), 0

    def send(self, data: bytes, do_close: bool = True) -> int:
        count: int = super().send(data, do_close=do_close)
        self._sent += count
        return count

    def handle_write(self) -> None:
        if self._is_refused and self.close_when_flushed:
            self._flush_exception(self._flush_some)
            if not self.total_outbufs_len and not self.will_close:
                self._end_after_refusal()
                return
        super().handle_write()

    def _flush_some_if_lockable(self, do_close: bool = True) -> None:
        if self.outbuf_lock.acquire(False):
            self.outbuf_lock.release()
            super()._flush_some_if_lockable(do_close)
        else:
            # The thread that makes the answer is sending a part of it. The loop would ask again at
            # once, and take the interpreter from that thread each time it sends.
            time.sleep(A_MOMENT)

    def _end_after_refusal(self) -> None:
        """Close for writing only: a client that is still sending would lose the answer otherwise.

        Bytes that arrive at a closed socket are answered with a reset, at which the client throws
        away what it has not read yet (RFC 9112, 9.6).
        """
        self.close_when_flushed = False
        self._ended_at = time.monotonic()
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # gone meanwhile
            self.handle_close()

    def readable(self) -> bool:
        return self._ended_at is not None or bool(super().readable())

    def handle_read(self) -> None:
        if self._ended_at is None:
            self._receive()
            return
        try:
            is_over = not self.socket.recv(self.adj.recv_bytes)
        except BlockingIOError:
            return
        except OSError:
            is_over = True
        if is_over:
            self.handle_close()

    def _receive(self) -> None:
        super().handle_read()

    def handle_close(self) -> None:
        if self.request is not None:  # what has come of it is of no use
            self.request.close()
            self.request = None
        super().handle_close()

    def is_too_slow(self, now: float, limits: Limits) -> bool:
        """Tell whether it has had its time. Asked once a second, which it counts on."""
        if self._ended_at is not None:
            return now - self._ended_at > limits.head_seconds
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

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any) -> None:
        assert server.certificate is not None
        sock.setblocking(False)
        secure = server.certificate.context().wrap_socket(
            sock, server_side=True, do_handshake_on_connect=False
        )
        self._is_greeted = False
        super().__init__(server, secure, addr, adj, map)

    def _receive(self) -> None:
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
