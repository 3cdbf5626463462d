"""What is told of what waits for a decision: a held import, new columns and codes."""

from datetime import date

from rollbook.core.quantities import counted
from rollbook.notify.messages import UNTOUCHED, Kind, Notice, facts_of, untouched


def import_held(
    feed: str,
    *,
    what: str,
    job: int,
    link: str | None,
    since: date | None = None,
    effect: str = "",
    until: date | None = None,
) -> Notice:
    """A run waits for an administrator's decision; `since`: the day that the data is from,
    `effect`: what importing it anyway does, `until`: the day on which its file is deleted."""
    does = f" Importing it anyway {effect}." if effect else ""
    kept = f" The file is kept until {until:%b} {until.day}." if until else ""
    return Notice(
        Kind.HELD,
        f"{feed} import held for review",
        what,
        untouched(since),
        f"Look at what would change, then import it anyway or discard it.{does}{kept}",
        link,
        facts_of(feed, job),
    )


def waits_still(feed: str, *, job: int, days: int, link: str | None) -> Notice:
    """The time of its file will be over in `days`."""
    when = "tomorrow" if days <= 1 else f"in {days} days"
    return Notice(
        Kind.UNDECIDED,
        f"{feed} import still needs your decision",
        f"Import {job} is on hold, and its file will be deleted {when}. After that you can't "
        "import it anymore.",
        UNTOUCHED,
        "Look at what would change, then import it anyway or discard it.",
        link,
        facts_of(feed, job),
    )


def ended_undecided(feed: str, *, job: int, link: str | None) -> Notice:
    """The time of its file is over."""
    return Notice(
        Kind.UNDECIDED,
        f"{feed} import discarded because no one decided",
        f"Import {job} was on hold until its file expired. The file was deleted.",
        UNTOUCHED,
        "If you still want the file, import it again.",
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
        f"{feed} file has {new}",
        f"The last file of {feed} has {new} that we don't know yet.",
        "The import completed. New columns are left out. New codes are imported as they are if "
        "the field takes any text; others aren't imported, and saved values stay.",
        "Open the feed's inbox and say once what they mean, or ignore them.",
        link,
        facts_of(feed, job),
        button="Open the inbox",
    )
