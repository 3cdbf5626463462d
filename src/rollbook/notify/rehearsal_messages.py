"""What is told of a rehearsal: that the run to come would be held, or would fail."""

from rollbook.notify.messages import Kind, Notice, facts_of


def would_be_held(feed: str, *, planned: str, what: str, job: int, link: str | None) -> Notice:
    """`planned`: the run to come, on the district's clock, in words."""
    return Notice(
        Kind.REHEARSAL_HELD,
        f"Next {feed} import would be held for review",
        f"We tried the import scheduled for {planned} with the file now on the server. {what}",
        "Nothing was saved. If the file stays the same, the import will be held until you decide.",
        "Fix the export before then. Or open the rehearsal and decide in advance. Your decision "
        "counts only for exactly this file.",
        link,
        facts_of(feed, job),
        button="Look and decide",
    )


def would_fail(
    feed: str, *, planned: str, what: str, todo: str, job: int, link: str | None
) -> Notice:
    """The file was refused, and the run to come would refuse it too."""
    return Notice(
        Kind.REHEARSAL_FAILED,
        f"Next {feed} import would fail",
        f"We tried the import scheduled for {planned} with the file now on the server. {what}",
        "Nothing was saved. If the file stays the same, the import will fail, and you'll still "
        "have the data of the last import.",
        todo or "See the rehearsal's page for details, and fix the export.",
        link,
        facts_of(feed, job),
    )
