"""The steps of a connection test: what was tried, and what was found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


class Layer(StrEnum):
    """What is tried, in this order."""

    NAME = "name"
    PORT = "port"
    ALGORITHMS = "algorithms"
    HOST_KEY = "host key"
    SIGN_IN = "sign-in"
    FOLDER = "folder"
    FILES = "files"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Step:
    """One layer: what was found, and after a failure what to do.

    `private` is what only administrators may read. The step of the host key carries the key in
    `host_key`, to be stored once its `fingerprint` is confirmed.
    """

    name: Layer
    state: State
    detail: str
    advice: str = ""
    reason: str = ""
    host_key: str | None = None
    fingerprint: str | None = None
    private: str = ""
    offers: tuple[tuple[str, str], ...] = ()
    """Settings of the feed with which a further test may succeed: ("folder", "/outgoing")."""
    newest_at: float | None = None
    """When the newest file was changed, by the server's clock: seconds since 1970."""
