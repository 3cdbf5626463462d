"""How reading a file can end beside a refusal: its process was ended, or ended without a word."""

from rollbook.core.errors import RollbookError
from rollbook.core.reading.errors import FileTooLarge


class ReadingBroke(RollbookError):
    """Reading the file stopped unexpectedly ({how}).

    Nothing was changed.

    Run the export again. If that doesn't help, report this line with your version of Rollbook."""

    reason = "reading_broke"


class ReadingKilled(RollbookError):
    """Reading the file was stopped, probably because this machine is out of memory.

    Nothing was changed.

    Give the machine more memory, or stop other programs that use it."""

    reason = "reading_killed"
    is_transient = True


class ReadingStuck(RollbookError):
    """Reading the file stopped responding for {minutes} minutes, so it was ended.

    Nothing was changed.

    Check whether this machine is overloaded."""

    reason = "reading_stuck"
    is_transient = True


class ReadingFailed(RollbookError):
    """Something unforeseen went wrong while the file was read ({what}).

    Nothing was changed.

    Please report this line with your version of Rollbook."""


def too_much_memory() -> FileTooLarge:
    """Return the refusal of a file whose reading would take more memory than is allowed."""
    return FileTooLarge(what="reading it would take more memory than any district's file needs")


def too_much_time() -> FileTooLarge:
    """Return the refusal of a file whose reading takes more time than its rows explain."""
    return FileTooLarge(what="reading it takes far longer than its rows explain")


def too_much_disk() -> FileTooLarge:
    """Return the refusal of a file of which too much would have to be put aside."""
    return FileTooLarge(what="it unpacks to far more than any export of a district")
