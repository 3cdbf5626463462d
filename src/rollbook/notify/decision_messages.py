"""What is told of what waits for a decision: a held import, new columns and codes."""

from rollbook.core.quantities import counted
from rollbook.notify.messages import UNTOUCHED, Kind, Notice, facts_of


def waits_still(feed: str, *, job: int, days: int, link: str | None) -> Notice:
    """The time of its file will be over in `days`."""
    when = "tomorrow" if days <= 1 else f"in {days} days"
    return Notice(
        Kind.UNDECIDED,
        f"The import of {feed} still waits for your decision",
        f"Import {job} waits, and its file will be deleted {when}. After that it can no longer be "
        "applied.",
        UNTOUCHED,
        "Look at what would change, and then apply it once, or discard it.",
        link,
        facts_of(feed, job),
    )


def ended_undecided(feed: str, *, job: int, link: str | None) -> Notice:
    """The time of its file is over."""
    return Notice(
        Kind.UNDECIDED,
        f"An import of {feed} was discarded, because nobody decided",
        f"Import {job} waited for a decision until the time of its file was over. The file is "
        "deleted.",
        UNTOUCHED,
        "If the file is still wanted, import it again.",
        link,
        facts_of(feed, job),
    )


def new_in_file(feed: str, *, codes: int, columns: int, job: int, link: str | None) -> Notice:
    """A file has codes or columns that no file of the feed had before. They are a text of the file,
    so they are only counted."""
    parts = [counted(codes, "new code")] if codes else []
    new = " and ".join([*parts, counted(columns, "new column")] if columns else parts)
    return Notice(
        Kind.NEW_IN_FILE,
        f"The file of {feed} has {new}",
        f"The last file of {feed} has {new} that Rollbook does not know.",
        "The import completed. A new column is left out. A new code is imported as it is where the "
        "field takes any text, and otherwise its value is left out.",
        "Open the inbox of the feed and say once what they mean, or that they do not matter.",
        link,
        facts_of(feed, job),
        button="Open the inbox",
    )
