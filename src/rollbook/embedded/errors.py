"""What can go wrong with the embedded PostgreSQL."""


class EmbeddedError(Exception):
    """The text says what happened, what it means and what to do."""
