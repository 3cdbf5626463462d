"""asyncssh, loaded without what it only needs for security keys in a computer's port.

That is a third of its start, and we sign in with passwords and key files. A process that has
fido2 already, because its pages know passkeys, is left as it is.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["asyncssh"]


@contextmanager
def _without(package: str) -> Iterator[None]:
    """Let `package` look as if it were not installed; asyncssh foresees that."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]


with _without("fido2"):
    import asyncssh
