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
    Kind.FAILED: "{count} imports from {server} failed, nothing was changed",
    Kind.RECOVERED: "{count} imports from {server} work again",
    Kind.RUN_MISSED: "{count} imports did not run when they were planned",
}
_WORDS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.RECOVERED: (
        "The last import of each of these feeds completed.",
        "Their data is as new as the server has it.",
    ),
    Kind.RUN_MISSED: (
        "Rollbook was not running when they were planned. They have begun now.",
        "Until they are done, the data is from the imports before.",
    ),
}
"""What happened and what it means, where the words about one feed do not fit many."""

_EACH: Final[Mapping[Kind, tuple[str, str, str, str]]] = {
    Kind.HELD: (
        "{count} imports from {server} wait for your decision",
        "Each of them is held for what was found in its own file.",
        UNTOUCHED,
        "Look at what each would change, and then apply it once, or discard it. The files are kept "
        "for a limited time only.",
    ),
    Kind.REHEARSAL_HELD: (
        "The next imports of {count} feeds would wait for your decision",
        "Their next runs were rehearsed with the files that the servers have now.",
        "Nothing was changed. What stays as it is will not be stored until an administrator has "
        "decided.",
        "Have the exports corrected before then. Or open each rehearsal and decide in advance: "
        "that counts for exactly this file, and one that has changed by then is checked as any "
        "other.",
    ),
    Kind.REHEARSAL_FAILED: (
        "The next imports of {count} feeds would fail",
        "Their next runs were rehearsed with the files that the servers have now.",
        "Nothing was changed. Where a file stays as it is, the run will fail, and the data from "
        "the previous import remains.",
        "Look at each rehearsal's page, which says more, and have the exports corrected.",
    ),
    Kind.RECOVERED: (
        "{count} imports from {server} are as usual again",
        "The last import of each of these feeds completed.",
        "Their data is as new as the server has it.",
        "Nothing.",
    ),
    Kind.COLUMN_SET_ASIDE: (
        "{count} imports from {server} left columns out",
        "Too many values of these columns could not be understood, so they were set aside.",
        "All other columns were imported. The values that were stored before stay as they are.",
        "See on each import's page which values are new, and tell the feed what they mean, or have "
        "the export corrected.",
    ),
    Kind.FILE_UNCHANGED: (
        "{count} feeds of {server} have had no new file for days",
        "On several planned days the newest file of each was the same as before, byte by byte.",
        "The data is from those files. It is not wrong, but it gets old.",
        "Ask the people who run the student information system whether its export still runs.",
    ),
    Kind.SEVERAL_FILES: (
        "Only one of several new files was imported for {count} feeds of {server}",
        "Several files that match have come at about the same time, and only the newest of each "
        "feed was imported.",
        "What the other files bring is not stored. Students who are only in them may be marked as "
        "missing.",
        "Have each export written as one file, or give each file a feed of its own.",
    ),
    Kind.FILE_PASSED_OVER: (
        "Newer files of {count} feeds of {server} were passed over",
        "A file of each has come since the last import, but with an earlier date than the file "
        "that was imported then. By their dates the old files are still the newest ones.",
        "The data is from the old files until their dates are corrected.",
        "See whether the dates of the imported files are wrong, for example in the future. Then "
        "have them removed from the server, or their dates corrected.",
    ),
    Kind.UNUSUAL: (
        "The imports of {count} feeds of {server} changed unusually many or few students",
        "Each changed far more, or far fewer, students than the last ones of its feed did.",
        "The values are stored. There may be a good reason, such as a new term; or a column of the "
        "files may hold something else than before.",
        "Look at what changed on each import's page. If a file was wrong, undo the import there.",
    ),
    Kind.NEW_IN_FILE: (
        "The files of {count} feeds of {server} have new columns or codes",
        "The last file of each has columns or codes that Rollbook does not know.",
        "The imports completed. A new column is left out. A new code is imported as it is where "
        "the field takes any text, and otherwise its value is left out.",
        "Open the inbox of each feed and say once what they mean, or that they do not matter.",
    ),
    Kind.UNKNOWN_LEVELS: (
        "{count} feeds of {server} bring levels that are not in any instrument's list",
        "Cells hold performance levels that their instruments are not known to report.",
        "All of them were imported as they are. If they are your district's own levels, nothing is "
        "wrong; if not, a column may hold something else than its header says.",
        "If they are your own, open each import's page and press “All of these are our levels”: "
        "the warnings end with the next import. If they are not, have the export corrected.",
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
    what, means = _WORDS.get(notice.kind, (notice.what, notice.means))
    subject = _SUBJECTS[notice.kind].format(count=count, server=server)
    named = ", ".join(f"{each.feed} (import {each.job})" for each in items[:MOST_NAMED])
    if len(items) > MOST_NAMED:
        named += f", and {len(items) - MOST_NAMED:,} more"
    return replace(
        notice, subject=subject, what=what, means=means, link=link, facts=(("Feeds", named),)
    )
