"""What can go wrong with the embedded PostgreSQL."""


class EmbeddedError(Exception):
    """The text says what happened, what it means and what to do."""


class CannotStart(EmbeddedError):
    """The server does not start, or cannot be set up; the text names its log."""


class DiskFull(EmbeddedError):
    """There is no room for a data folder, or for what a server writes when it starts."""


class OtherVersion(EmbeddedError):
    """The data folder was written by another major version of PostgreSQL."""
