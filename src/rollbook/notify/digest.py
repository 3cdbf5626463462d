"""One mail about many feeds: an outage of a server, its end, and a night on which many are held."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from rollbook.notify.messages import UNTOUCHED, Item, Kind, Notice

MOST_NAMED: Final = 50
"""Feeds that a mail names. Where all have one cause the others are counted; where each is told
for itself, the next one begins another mail."""

OF_ALL_SERVERS: Final = (Kind.RUN_MISSED, Kind.REHEARSAL_HELD, Kind.REHEARSAL_FAILED)
"""What has nothing to do with the server: it is gathered over all of them."""

_SUBJECTS: Final[Mapping[Kind, str]] = {
    Kind.FAILED: "{count} imports from {server} failed",
    Kind.RECOVERED: "{count} imports from {server} work again",
    Kind.RUN_MISSED: "{count} imports didn't run on time",
}
_WORDS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.RECOVERED: (
        "The last import of each of these feeds completed.",
        "Their data is up to date.",
    ),
    Kind.RUN_MISSED: (
        "Rollbook wasn't running at their scheduled time. They have started now.",
        "Until they finish, your data is from the last imports.",
    ),
}
"""What happened and what it means, where the words about one feed do not fit many."""

_EACH: Final[Mapping[Kind, tuple[str, str, str, str]]] = {
    Kind.HELD: (
        "{count} imports from {server} need your decision",
        "Each was held because of what its own file would change.",
        UNTOUCHED,
        "Look at what each would change, then import it anyway or discard it. The files are kept "
        "for a limited time.",
    ),
    Kind.REHEARSAL_HELD: (
        "The next imports of {count} feeds would wait for your decision",
        "We tried their next imports with the files now on the servers.",
        "Nothing was saved. If a file stays the same, its import will be held until you decide.",
        "Fix the exports before then. Or open each rehearsal and decide in advance. Your "
        "decision counts only for exactly that file.",
    ),
    Kind.REHEARSAL_FAILED: (
        "The next imports of {count} feeds would fail",
        "We tried their next imports with the files now on the servers.",
        "Nothing was saved. If a file stays the same, its import will fail, and you'll still "
        "have the data of the last import.",
        "See each rehearsal's page for details, and fix the exports.",
    ),
    Kind.RECOVERED: (
        "{count} imports from {server} are back to normal",
        "The last import of each of these feeds completed.",
        "Their data is up to date.",
        "Nothing.",
    ),
    Kind.COLUMN_SET_ASIDE: (
        "{count} imports from {server} skipped columns",
        "Too many values in these columns couldn't be read, so the columns were skipped.",
        "All other columns were imported. Saved values of the skipped columns are unchanged.",
        "See which values are new on each import's page, and say what they mean, or fix the "
        "export.",
    ),
    Kind.FILE_UNCHANGED: (
        "{count} feeds of {server} have had no new file for days",
        "For several scheduled days, the newest file of each was exactly the same.",
        "You're seeing the data of those files. It isn't wrong, but it gets old.",
        "Ask your SIS vendor whether the export still runs.",
    ),
    Kind.SEVERAL_FILES: (
        "{count} feeds of {server} imported only one of several new files",
        "Several matching files arrived at about the same time, and only the newest of each feed "
        "was imported.",
        "The other files weren't saved. Students who are only in them may be marked as missing.",
        "Write each export as one file, or give each file its own feed.",
    ),
    Kind.FILE_PASSED_OVER: (
        "{count} feeds of {server} skipped newer files",
        "A file of each arrived since the last import, but with an earlier date than the file "
        "imported then. By their dates, the old files are still the newest.",
        "Your data is from the old files until their dates are corrected.",
        "Check whether the dates of the imported files are wrong, for example in the future. If "
        "so, remove those files from the server or correct their dates.",
    ),
    Kind.FILE_RENAMED: (
        "The exports of {count} feeds of {server} may have new names",
        "A newer file of each came under a similar name, which its feed doesn't take.",
        "Your data is from older files.",
        "Open each import's page. If the newer file is the export, use its name. If not, ignore "
        "it.",
    ),
    Kind.UNUSUAL: (
        "Unusual changes in {count} feeds of {server}",
        "Each import changed far more, or far fewer, students than the feed's last ones.",
        "The values are saved. There may be a good reason, such as a new term. Or a column may "
        "now hold something else.",
        "Look at what changed on each import's page. If a file was wrong, undo the import there.",
    ),
    Kind.NEW_IN_FILE: (
        "New columns or codes in {count} feeds of {server}",
        "The last file of each has columns or codes that we don't know yet.",
        "The imports completed. New columns are left out. New codes are imported as they are if "
        "the field takes any text; others aren't imported, and saved values stay.",
        "Open each feed's inbox and say once what they mean, or ignore them.",
    ),
    Kind.UNKNOWN_LEVELS: (
        "New performance levels in {count} feeds of {server}",
        "Some performance levels aren't among the test's usual ones.",
        "All of them were imported as they are. If they are your district's own levels, nothing "
        "is wrong. If not, a column may hold something else than its header says.",
        "If they are yours, open each import's page and choose “All of these are our levels”. "
        "The warnings end with the next import. If not, fix the export.",
    ),
}
"""Subject, what happened, what it means and what to do, where each feed has words of its own."""


def is_told_for_each(notice: Notice) -> bool:
    """Tell whether a digest has to say for each feed what happened to it."""
    return notice.kind in _EACH and not notice.together


def topic_of(notice: Notice, *, server: str) -> str:
    """Return what mails have in common that become one: kind, server and cause; '' for none.

    That Rollbook was not running, and what a rehearsal has found, have to do with no server.
    """
    if not notice.together and not is_told_for_each(notice):
        return ""
    place = "" if notice.kind in OF_ALL_SERVERS else server
    same = sha256(f"{notice.together}\n{place}".encode()).hexdigest()[:32]
    return f"{notice.kind} {same}"


def digest(notice: Notice, items: Sequence[Item], *, server: str, link: str | None) -> Notice:
    """Return the notice of several imports out of that of one."""
    count = f"{len(items):,}"
    if is_told_for_each(notice):
        subject, what, means, todo = _EACH[notice.kind]
        subject = subject.format(count=count, server=server)
        told = replace(notice, subject=subject, what=what, means=means, todo=todo)
        return replace(told, items=items, link=link, facts=())
    of_all = UNTOUCHED if notice.kind is Kind.FAILED else notice.means  # each has its own day
    what, means = _WORDS.get(notice.kind, (notice.what, of_all))
    subject = _SUBJECTS[notice.kind].format(count=count, server=server)
    named = ", ".join(f"{each.feed} (import {each.job})" for each in items[:MOST_NAMED])
    if len(items) > MOST_NAMED:
        named += f", and {len(items) - MOST_NAMED:,} more"
    return replace(
        notice, subject=subject, what=what, means=means, link=link, facts=(("Feeds", named),)
    )
