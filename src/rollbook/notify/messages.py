"""What a mail says: what happened, what it means for the data, what to do. Never a student's value.

Pure functions: the caller has asked the records and sends or keeps what comes back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
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
    FILE_RENAMED = "file_renamed"
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

UNTOUCHED: Final = "Nothing was saved. Your data is still from the last import."


def untouched(since: date | None) -> str:
    """Return what a failed or held import means; `since`: the day that the data is from."""
    if since is None:
        return UNTOUCHED
    return f"Nothing was saved. You still have data from {since:%b} {since.day}."


FOR_THE_DISTRICT: Final = (
    "This email has no student data. To change who gets it, go to Settings in Rollbook."
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
    feed: str,
    *,
    what: str,
    todo: str,
    attempts: int,
    job: int,
    link: str | None,
    since: date | None = None,
) -> Notice:
    """A run has failed for good, and left the data as it was `since` that day."""
    tried = f" We tried {attempts} times." if attempts > 1 else ""
    return Notice(
        Kind.FAILED,
        f"{feed} import failed",
        f"{what}{tried}",
        untouched(since),
        todo or "Look at the import's page for details, and import again.",
        link,
        facts_of(feed, job),
        together=what,
    )


def recovered(
    feed: str,
    *,
    over: Collection[Kind],
    job: int,
    students: int | None,
    link: str | None,
    rejected: int = 0,
) -> Notice:
    """An import went well, and with it the problems `over` have an end that were told.

    `students` is None where its file was the same as last time; `rejected` of its rows are in no
    table.
    """
    rows = counted(rejected, "row wasn't imported", "rows weren't imported")
    is_works_again = any(kind in TROUBLE for kind in over)
    ended = "".join(f" {words}" for kind, words in _ENDS.items() if kind in over)
    return Notice(
        Kind.RECOVERED,
        f"{feed} {'imports work again' if is_works_again else 'imports are back to normal'}",
        f"The last import completed, with {counted(students, 'student record')} in its file.{ended}"
        if students is not None
        else "The last import completed. Its file was the same as the last one saved.",
        (f"Your data is up to date, but {rows}." if rejected else "Your data is up to date.")
        if students is not None
        else "Your data is from that file. The server has no newer one.",
        "Fix these rows on the import's page." if rejected else "Nothing.",
        link,
        facts_of(feed, job),
        together="works again" if is_works_again else "",
    )


_ENDS: Final = {
    Kind.RUN_MISSED: "It ran on time.",
    Kind.PROMISE_BROKEN: "It's up to date again.",
    Kind.COLUMN_SET_ASIDE: "No column was skipped.",
    Kind.SEVERAL_FILES: "Only one new file arrived.",
    Kind.FILE_UNCHANGED: "The file is new.",
    Kind.FILE_PASSED_OVER: "The file is new.",
    Kind.FILE_RENAMED: "The file is new.",
    Kind.UNKNOWN_LEVELS: "All levels are known.",
    Kind.UNUSUAL: "It changed about as much as usual.",
}
"""What the end of a problem is, where it is not that an import went well."""


def column_set_aside(feed: str, *, columns: Sequence[str], job: int, link: str | None) -> Notice:
    """An import was stored without one or more of its columns."""
    names = ", ".join(f"“{column}”" for column in columns)
    one = len(columns) == 1
    return Notice(
        Kind.COLUMN_SET_ASIDE,
        f"{feed} import skipped {'a column' if one else f'{len(columns)} columns'}",
        f"Too many values in {names} couldn't be read, so "
        f"{'this column was' if one else 'these columns were'} skipped.",
        "All other columns were imported. Saved values of the skipped columns are unchanged.",
        "See which values are new on the import's page, and say what they mean, or fix the export.",
        link,
        facts_of(feed, job),
    )


def unknown_levels(feed: str, *, count: int, job: int, link: str | None) -> Notice:
    """A file is full of levels that the instruments are not known to report, for the first time."""
    return Notice(
        Kind.UNKNOWN_LEVELS,
        f"{feed} has new performance levels",
        f"{count:,} cells have a performance level that isn't among the test's usual ones.",
        "All were imported as they are. If they are your district's own levels, nothing is wrong.",
        "If they are yours, open the import's page and choose “All of these are our levels”. The "
        "warnings end with the next import. If not, fix the export.",
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
    where = f" In {counted(schools, 'school')} too. The page lists them." if schools else ""
    return Notice(
        Kind.UNUSUAL,
        f"Unusual changes in {feed}",
        f"Students with a new value, by field. {told}.{where}",
        "The values are saved. There may be a good reason, such as a new term. Or a column of "
        "the file may now hold something else.",
        "Look at what changed on the import's page. If the file was wrong, undo the import there.",
        link,
        facts_of(feed, job),
    )


def run_missed(feed: str, *, planned: str, job: int, link: str | None) -> Notice:
    """Rollbook was not running when an import was planned."""
    return Notice(
        Kind.RUN_MISSED,
        f"{feed} import didn't run on time",
        f"It was scheduled for {planned}, but Rollbook wasn't running. It has started now.",
        "Until it finishes, your data is from the last import.",
        "Make sure that the machine and Rollbook's service run through the night.",
        link,
        facts_of(feed, job),
        together="wasn't running",
    )


def facts_of(feed: str, job: int | None) -> Sequence[tuple[str, str]]:
    """Return what a mail is about: the feed, and an import where there is one."""
    return (("Feed", feed), *([("Import", str(job))] if job else []))
