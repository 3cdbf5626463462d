"""Ports on loopback."""

import socket


def free_port() -> int:
    """Return the number of a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
