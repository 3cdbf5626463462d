"""What a mail says: what happened, what it means for the data, what to do. Never a student's value.

Pure functions: the caller has asked the records and sends or keeps what comes back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rollbook.core.quantities import counted


class Kind(StrEnum):
    """Why a mail is written."""

    FAILED = "import_failed"
    HELD = "import_held"
    UNDECIDED = "import_undecided"
    REHEARSAL_HELD = "rehearsal_held"
    REHEARSAL_FAILED = "rehearsal_failed"
    RECOVERED = "recovered"
    COLUMN_SET_ASIDE = "column_set_aside"
    FILE_UNCHANGED = "file_unchanged"
    SEVERAL_FILES = "several_files"
    FILE_PASSED_OVER = "file_passed_over"
    UNKNOWN_LEVELS = "unknown_levels"
    NEW_IN_FILE = "new_in_file"
    RUN_MISSED = "run_missed"
    PROMISE_BROKEN = "promise_broken"
    CLEAN_UP_FAILED = "clean_up_failed"
    SETTING_UNUSABLE = "setting_unusable"
    CLOCK_OFF = "clock_off"
    AUDIT_BROKEN = "audit_broken"
    UNUSUAL = "unusual_changes"
    UNDONE = "import_undone"
    TEST = "test"
    QUALITY_REPORT = "quality_report"
    SIGN_IN_CHANGED = "sign_in_changed"
    SIGN_IN_LINK = "sign_in_link"


TROUBLE: Final = (Kind.FAILED, Kind.HELD, Kind.RUN_MISSED)
"""After one of these, the next good import is worth a mail too."""

UNTOUCHED: Final = "Your data was not changed: the data from the previous import remains."


FOR_THE_DISTRICT: Final = (
    "Rollbook keeps student data current. This mail holds no student's data. Who gets it is set "
    "under Settings."
)


@dataclass(frozen=True, slots=True)
class Item:
    """An import in a mail about several: its feed, what happened to it, and where to look."""

    feed: str
    job: int
    what: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """The content of a mail. It has no room for a value out of a file."""

    kind: Kind
    subject: str
    what: str
    means: str
    todo: str
    link: str | None = None
    facts: Sequence[tuple[str, str]] = ()
    affects: str = "the data"
    """What it means something for."""
    footer: str = FOR_THE_DISTRICT
    button: str = "Open in Rollbook"
    together: str = ""
    """The cause for which mails of a server become one; '' where each feed has its own words."""
    items: Sequence[Item] = ()
    """The imports, where a mail about several tells for each what happened."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The same words twice: as plain text and as HTML."""

    subject: str
    text: str
    html: str


def import_failed(
    feed: str, *, what: str, todo: str, attempts: int, job: int, link: str | None
) -> Notice:
    """A run has failed for good: for a reason that no time heals, or after its last attempt."""
    tried = f" It was tried {attempts} times." if attempts > 1 else ""
    return Notice(
        Kind.FAILED,
        f"The import of {feed} failed, nothing was changed",
        f"{what}{tried}",
        UNTOUCHED,
        todo or "Look at the import's page, which says more, and start it again.",
        link,
        facts_of(feed, job),
        together=what,
    )


def import_held(feed: str, *, what: str, job: int, link: str | None) -> Notice:
    """A run waits for an administrator's decision."""
    return Notice(
        Kind.HELD,
        f"The import of {feed} waits for your decision",
        what,
        UNTOUCHED,
        "Look at what would change, and then apply it once, or discard it. The file is kept for "
        "a limited time only.",
        link,
        facts_of(feed, job),
    )


def recovered(
    feed: str, *, over: Collection[Kind], job: int, students: int | None, link: str | None
) -> Notice:
    """An import went well, and with it the problems `over` have an end that were told.

    `students` is None where its file was the same as last time.
    """
    is_works_again = any(kind in TROUBLE for kind in over)
    ended = "".join(f" {words}" for kind, words in _ENDS.items() if kind in over)
    return Notice(
        Kind.RECOVERED,
        f"The import of {feed} {'works again' if is_works_again else 'is as usual again'}",
        f"The last import completed, with {counted(students, 'student record')} in its file.{ended}"
        if students is not None
        else "The last import completed. Its file was the same as the last one that was stored.",
        "The data is up to date."
        if students is not None
        else "The data is from that file; the server has no newer one.",
        "Nothing.",
        link,
        facts_of(feed, job),
        together="works again" if is_works_again else "",
    )


_ENDS: Final = {
    Kind.RUN_MISSED: "It ran when it was planned.",
    Kind.PROMISE_BROKEN: "It is current again.",
    Kind.COLUMN_SET_ASIDE: "No column was left out.",
    Kind.SEVERAL_FILES: "Only one new file had come.",
    Kind.FILE_UNCHANGED: "Its file is a new one.",
    Kind.FILE_PASSED_OVER: "Its file is a new one.",
    Kind.UNKNOWN_LEVELS: "Its levels are known.",
    Kind.UNUSUAL: "It changed as much as usual.",
}
"""What the end of a problem is, where it is not that an import went well."""


def column_set_aside(feed: str, *, columns: Sequence[str], job: int, link: str | None) -> Notice:
    """An import was stored without one or more of its columns."""
    names = ", ".join(f"“{column}”" for column in columns)
    one = len(columns) == 1
    return Notice(
        Kind.COLUMN_SET_ASIDE,
        f"The import of {feed} left {'a column' if one else f'{len(columns)} columns'} out",
        f"Too many values of {names} could not be understood, so "
        f"{'this column was' if one else 'these columns were'} set aside.",
        "All other columns were imported. The values that were stored before stay as they are.",
        "See on the import's page which values are new, and tell the feed what they mean, or have "
        "the export corrected.",
        link,
        facts_of(feed, job),
    )


def file_unchanged(feed: str, *, days: int, job: int, link: str | None) -> Notice:
    """The server has had the same file for too many days on which it was looked for."""
    return Notice(
        Kind.FILE_UNCHANGED,
        f"{feed} has had no new file for {counted(days, 'day')}",
        f"On {counted(days, 'planned day')} the newest file was the same as before, byte by byte.",
        "The data is from that file. It is not wrong, but it gets old.",
        "Ask the people who run the student information system whether its export still runs.",
        link,
        facts_of(feed, job),
    )


def several_files(feed: str, *, count: int, job: int, link: str | None) -> Notice:
    """Several files have come together, and one of them was stored."""
    return Notice(
        Kind.SEVERAL_FILES,
        f"Only one of {count:,} new files of {feed} was imported",
        f"{count:,} files that match have come at about the same time, and only the newest of them "
        "was imported.",
        "What the other files bring is not stored. Students who are only in them may be marked as "
        "missing.",
        "If they are parts of one export, have the feed import all files that match together; "
        "otherwise give each a feed of its own.",
        link,
        facts_of(feed, job),
    )


def unknown_levels(feed: str, *, count: int, job: int, link: str | None) -> Notice:
    """A file is full of levels that the instruments are not known to report, for the first time."""
    return Notice(
        Kind.UNKNOWN_LEVELS,
        f"{feed} brings levels that are not in any instrument's list",
        f"{count:,} cells hold a performance level that its instrument is not known to report.",
        "All of them were imported as they are. If they are your district's own levels, nothing is "
        "wrong; if not, a column may hold something else than its header says.",
        "If they are your own, open the import's page and press “All of these are our levels”: "
        "the warnings end with the next import. If they are not, have the export corrected.",
        link,
        facts_of(feed, job),
    )


def unusual_changes(
    feed: str,
    *,
    lines: Sequence[tuple[str, int, int, int]],
    schools: int = 0,
    job: int,
    link: str | None,
) -> Notice:
    """An import changed far more, or far fewer, students than the last ones of its feed did.

    `lines`: a field's header, how many students changed, the least and the most of before.
    `schools`: how many of them were unusual; a mail does not name them.
    """
    told = "; ".join(
        f"{header}: {count:,} (before: {f'{least:,} to {most:,}' if least < most else f'{most:,}'})"
        for header, count, least, most in lines
    )
    where = f" In {counted(schools, 'school')} too; the page names them." if schools else ""
    return Notice(
        Kind.UNUSUAL,
        f"The import of {feed} changed unusually many or few students",
        f"Students with a new value, by field. {told}.{where}",
        "The values are stored. There may be a good reason, such as a new term; or a column of the "
        "file may hold something else than before.",
        "Look at what changed on the import's page. If the file was wrong, undo the import there.",
        link,
        facts_of(feed, job),
    )


def file_passed_over(feed: str, *, job: int, link: str | None) -> Notice:
    """A file came that is dated before the one that was stored last."""
    return Notice(
        Kind.FILE_PASSED_OVER,
        f"A newer file of {feed} was passed over",
        "A file has come since the last import, but with an earlier date than the file that was "
        "imported then. By their dates the old file is still the newest one.",
        "The data is from the old file until its date is corrected.",
        "See whether the date of the imported file is wrong, for example in the future. Then have "
        "it removed from the server, or its date corrected.",
        link,
        facts_of(feed, job),
    )


def run_missed(feed: str, *, planned: str, job: int, link: str | None) -> Notice:
    """Rollbook was not running when an import was planned."""
    return Notice(
        Kind.RUN_MISSED,
        f"The import of {feed} did not run when it was planned",
        f"It was planned for {planned}, but Rollbook was not running. It has begun now.",
        "Until it is done, the data is from the import before.",
        "See that the machine and Rollbook's service run through the night.",
        link,
        facts_of(feed, job),
        together="was not running",
    )


def test_mail(district_link: str | None) -> Notice:
    """What the button in the settings sends."""
    return Notice(
        Kind.TEST,
        "Test mail",
        "An administrator sent this mail from Rollbook's settings.",
        "The mail server's settings are right. No student's data was read or changed.",
        "Nothing. Mails like this one tell you when an import fails or needs you.",
        district_link,
    )


def facts_of(feed: str, job: int | None) -> Sequence[tuple[str, str]]:
    """Return what a mail is about: the feed, and an import where there is one."""
    return (("Feed", feed), *([("Import", str(job))] if job else []))
