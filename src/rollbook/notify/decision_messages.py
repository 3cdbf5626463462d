"""What is told of a held import on which nobody decides."""

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
