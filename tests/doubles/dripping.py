"""A server that says something again and again and never comes to an end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def dripping(begin: bytes, drop: bytes) -> Iterator[int]:
    """Give the port of a server that says `begin` to each caller, then `drop` without end."""
    is_over = threading.Event()
    threads: list[threading.Thread] = []

    def drip(caller: socket.socket) -> None:
        with caller:
            try:
                caller.sendall(begin)
                while not is_over.wait(0.05):
                    caller.sendall(drop)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:  # closed
                return
            threads.append(threading.Thread(target=drip, args=(caller,)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads.append(threading.Thread(target=accept))
        threads[0].start()
        try:
            yield listener.getsockname()[1]
        finally:
            is_over.set()
            listener.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()
