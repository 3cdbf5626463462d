"""A file of a folder by its name and time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A name in a folder and the server's time of the file; None: the server does not say."""

    name: str
    modified: int | None
