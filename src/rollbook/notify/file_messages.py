"""What is told of the files of a feed: which of them was taken, and which were not."""

from rollbook.core.quantities import counted
from rollbook.notify.messages import Kind, Notice, facts_of


def several_files(feed: str, *, count: int, job: int, link: str | None) -> Notice:
    """Several files have come together, and one of them was stored."""
    return Notice(
        Kind.SEVERAL_FILES,
        f"{feed} imported only one of {count:,} new files",
        f"{count:,} matching files arrived at about the same time, and only the newest was "
        "imported.",
        "The other files weren't saved. Students who are only in them may be marked as missing.",
        "If they are parts of one export, have the feed import all matching files together. If "
        "not, give each its own feed.",
        link,
        facts_of(feed, job),
    )


def file_unchanged(
    feed: str, *, days: int, is_renamed: bool = False, job: int, link: str | None
) -> Notice:
    """The server has had the same file for too many days on which it was looked for."""
    return Notice(
        Kind.FILE_UNCHANGED,
        f"{feed} has had no new file for {counted(days, 'day')}",
        f"For {counted(days, 'scheduled day')}, the newest file was exactly the same.",
        "You're seeing the data of that file. It isn't wrong, but it gets old.",
        "A newer file came under a similar name. See on the import's page whether it's the export."
        if is_renamed
        else "Ask your SIS vendor whether the export still runs.",
        link,
        facts_of(feed, job),
    )


def file_passed_over(feed: str, *, job: int, link: str | None) -> Notice:
    """A file came that is dated before the one that was stored last."""
    return Notice(
        Kind.FILE_PASSED_OVER,
        f"{feed} skipped a newer file",
        "A file arrived since the last import, but with an earlier date than the file imported "
        "then. By their dates, the old file is still the newest.",
        "Your data is from the old file until its date is corrected.",
        "Check whether the date of the imported file is wrong, for example in the future. If so, "
        "remove that file from the server or correct its date.",
        link,
        facts_of(feed, job),
    )


def file_renamed(feed: str, *, is_new: bool, job: int, link: str | None) -> Notice:
    """A newer file has come under another name; `is_new`: an older one was stored."""
    return Notice(
        Kind.FILE_RENAMED,
        f"{feed} export may have a new name",
        "A newer file came under a similar name, which this feed doesn't take.",
        "An older file was imported instead. Your data is from that one."
        if is_new
        else "There was no other new file. Your data is from the last one.",
        "Open the import's page. If the newer file is the export, use its name. If not, ignore it.",
        link,
        facts_of(feed, job),
    )
