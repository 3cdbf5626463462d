"""What a mail about a broken promise says."""

from rollbook.notify.messages import Kind, Notice, facts_of


def promise_broken(
    feed: str,
    *,
    by: str,
    on: str,
    why: str,
    is_made_up: bool,
    job: int | None,
    link: str | None,
) -> Notice:
    """A feed's data was not current when that was promised. `why`: what its last run says;
    `is_made_up`: whether a good import has followed already."""
    if is_made_up:
        meaning = "An import has succeeded since, so its data is current again."
        action = "Nothing. Where this happens often, let its run begin earlier, or promise later."
    else:
        meaning = "Until one succeeds, people work with the data from the import before."
        action = (
            "Open Rollbook, which says what the feed needs: a decision, a correction, or an import "
            "now."
        )
    return Notice(
        Kind.PROMISE_BROKEN,
        f"{feed} was not current by {by}",
        f"On {on} no import of the night had succeeded by {by}.{f' {why}' if why else ''}",
        meaning,
        action,
        link,
        facts_of(feed, job),
    )
