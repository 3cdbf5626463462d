"""What a mail about a broken promise says."""

from rollbook.notify.messages import Kind, Notice, facts_of


def promise_broken(
    feed: str, *, by: str, on: str, why: str, job: int | None, link: str | None
) -> Notice:
    """A feed's data was not current when that was promised. `why`: what its last run says."""
    return Notice(
        Kind.PROMISE_BROKEN,
        f"{feed} was not current by {by}",
        f"On {on} no import of the night had succeeded by {by}.{f' {why}' if why else ''}",
        "Until one succeeds, people work with the data from the import before.",
        "Open Rollbook, which says what the feed needs: a decision, a correction, or an import "
        "now.",
        link,
        facts_of(feed, job),
    )
