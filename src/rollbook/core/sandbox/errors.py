"""How reading a file can end beside a refusal: its process was ended, or ended without a word."""

from rollbook.core.errors import RollbookError
from rollbook.core.reading.errors import FileTooLarge


class ReadingBroke(RollbookError):
    """The process that reads the file broke off ({how}).

    Nothing was changed.

    Have the export run again; if that does not help, report this line, together with the version
    of Rollbook."""

    reason = "reading_broke"


class ReadingKilled(RollbookError):
    """The process that reads the file was killed, probably because the memory of this machine is \
    used up.

    Nothing was changed.

    Give the machine more memory, or end what else needs it."""

    reason = "reading_killed"
    is_transient = True


class ReadingStuck(RollbookError):
    """Nothing was heard of the process that reads the file for {minutes} minutes, so it was ended.

    Nothing was changed.

    See whether this machine has too much to do."""

    reason = "reading_stuck"
    is_transient = True


class ReadingFailed(RollbookError):
    """Something unforeseen went wrong while the file was read ({what}).

    Nothing was changed.

    Please report this line, together with the version of Rollbook."""


def too_much_memory() -> FileTooLarge:
    """Return the refusal of a file whose reading would take more memory than is allowed."""
    return FileTooLarge(what="reading it would take more memory than that of any district does")


def too_much_time() -> FileTooLarge:
    """Return the refusal of a file whose reading takes more time than its rows explain."""
    return FileTooLarge(what="reading it takes far longer than its rows explain")


def too_much_disk() -> FileTooLarge:
    """Return the refusal of a file of which too much would have to be put aside."""
    return FileTooLarge(what="it unpacks to far more than any export of a district")
