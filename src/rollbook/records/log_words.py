"""What the log of a job calls its steps: the same wherever the file came from, also once a file
that was fetched from a server is read again from our store."""

from collections.abc import Mapping
from typing import Final

from rollbook.core.events import Phase

STEPS: Final[Mapping[str, str]] = {
    Phase.CONNECTING: "Getting ready",
    Phase.ARRIVING: "Waiting until the file is complete",
    Phase.DOWNLOADING: "Getting the file",
    Phase.WAITING: "Waiting for other imports",
    Phase.PARSING: "Finding the columns",
    Phase.VALIDATING: "Checking every row",
    Phase.IMPORTING: "Comparing with your students",
}


def log_words(message: str) -> str:
    """Return a line of the log for people; a step that began has its words."""
    return STEPS.get(message, message)
