"""What is told of a rehearsal: that the run to come would be held, or would fail."""

from rollbook.notify.messages import Kind, Notice, facts_of


def would_be_held(feed: str, *, planned: str, what: str, job: int, link: str | None) -> Notice:
    """`planned`: the run to come, on the district's clock, in words."""
    return Notice(
        Kind.REHEARSAL_HELD,
        f"The next import of {feed} would wait for your decision",
        f"The run of {planned} was rehearsed with the file that the server has now. {what}",
        "Nothing was changed. If the file stays as it is, the run will store nothing of it until "
        "an administrator has decided.",
        "Have the export corrected before then. Or open the rehearsal and decide in advance: that "
        "counts for exactly this file, and one that has changed by then is checked as any other.",
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
        f"The next import of {feed} would fail",
        f"The run of {planned} was rehearsed with the file that the server has now. {what}",
        "Nothing was changed. If the file stays as it is, the run will fail, and the data from "
        "the previous import remains.",
        todo or "Look at the rehearsal's page, which says more, and have the export corrected.",
        link,
        facts_of(feed, job),
    )
