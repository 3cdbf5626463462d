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
        meaning = "An import has succeeded since, so the data is up to date again."
        action = (
            "Nothing. If this happens often, start the import earlier, or move the time to be "
            "alerted."
        )
    else:
        meaning = "Until an import succeeds, people work with the data of the last one."
        action = "Open Rollbook to see what the feed needs: a decision, a fix, or an import now."
    return Notice(
        Kind.PROMISE_BROKEN,
        f"{feed} wasn't up to date by {by}",
        f"On {on}, no import had succeeded by {by}.{f' {why}' if why else ''}",
        meaning,
        action,
        link,
        facts_of(feed, job),
    )
