"""The limits beyond which an import is held, in one table: the export has probably failed."""

from collections.abc import Mapping
from typing import Final

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.limit import LEAST_TO_HOLD, Limit, nearest
from rollbook.core.limits.of_files import FILE_LIMITS
from rollbook.core.limits.of_schools import SCHOOL_LIMITS, key_of_school
from rollbook.core.measure import Measure
from rollbook.core.quantities import counted, share_text
from rollbook.core.report import Report

FIRST_FILE: Final = 40
"""Percent of all students there would be that a feed's first file may add at least, and so may one
that perhaps holds a part of the students alone."""
FEWEST_KNOWN: Final = 20
"""With fewer students known before, an import may add any number: it is being tried out."""
LEAST_BYTES: Final = 1_000
"""Below this number of bytes fewer than in the last file, no share holds an import."""
LEAST_SHARE: Final = 5
"""Percent of the last file's bytes: that much a file varies from night to night."""

Accepted = Mapping[str, int]
"""Kind -> how many an administrator has seen of a held import and accepted: as many, no more."""

NOTHING: Final[Accepted] = {}
_PARTS: Final = ("part", "whole")


_RIGHT_FILE: Final = (
    "Check that it's the right file: this district, this school year, the right server and "
    "folder. If it is, and so many really changed, import it anyway."
)
_OTHER_DISTRICT: Final = (
    f"{_RIGHT_FILE} One installation is for one district, because other districts' IDs mean other "
    "students. Another district needs its own."
)
_NEW: Final = (
    "Check that it's the right file, with Student IDs written as before. If so many are really "
    "new, import it anyway."
)
_FILTERED: Final = (
    "See below which column it is, and filter the export. If the column means something else, "
    "have the feed ignore it, or import the file anyway."
)

LIMITS: Final[Mapping[str, Limit]] = {
    "rejected": Limit(
        "Rejected rows",
        "{part:,} of {whole:,} rows ({share}) were rejected. Your limit is {percent}%.",
        "Fix what is listed below and import again, or import the rest now.",
        setting="rejected_limit",
    ),
    # Some are normal: students who have left, or have just come. Most are another district's file.
    "unknown": Limit(
        "Rows of students who aren't in the roster",
        "{part:,} of {whole:,} rows ({share}) name students we don't know. Only the roster feed "
        "adds students.",
        "Import the roster first, and check that this is the right file with the roster's IDs. "
        "If it is, import it anyway: the rows of known students are saved.",
        share=50,
    ),
    # A file that was cut at a line's end, or written for one school, looks like this.
    "missing": Limit(
        "Students of the last file who are missing",
        "{part:,} of {whole:,} students from the last file ({share}) aren't in this one. Your "
        "limit is {percent}%.",
        "Check that the export is complete, and run it again. If so many have really left, "
        "import it anyway.",
        setting="missing_limit",
    ),
    # The next four are what a file of other students changes at once, and a good one never does.
    "names": Limit(
        "Students with another name",
        "{part:,} of the {whole:,} known students in this file ({share}) have another name. Your "
        "limit is {percent}%.",
        _OTHER_DISTRICT,
        setting="names_limit",
    ),
    "ssid": Limit(
        "Students with another SSID",
        "{part:,} of the {whole:,} known students in this file ({share}) have another SSID. Your "
        "limit is {percent}%.",
        _OTHER_DISTRICT,
        setting="ssid_limit",
    ),
    "school": Limit(
        "Students in another school",
        "{part:,} of the {whole:,} known students in this file ({share}) are in another school. "
        "Your limit is {percent}%.",
        _RIGHT_FILE,
        setting="school_limit",
    ),
    "grade": Limit(
        "Students in another grade, not the next",
        "{part:,} of the {whole:,} known students in this file ({share}) are in another grade "
        "that isn't the next one. Your limit is {percent}%.",
        _RIGHT_FILE,
        setting="grade_limit",
    ),
    # So many go down a grade only where an earlier year's file takes the place of this year's.
    "last_year": Limit(
        "Students one grade lower",
        "{part:,} of the {whole:,} known students in this file ({share}) are one grade lower "
        "than now. Your limit is {percent}%. This is probably last year's file.",
        "Check which school year the export is for. If the saved grades are wrong because "
        "students were moved up too early, import it anyway.",
        setting="grade_limit",
    ),
    # What the file itself says of its rows, and no field has.
    "roles": Limit(
        "Columns with people who aren't students",
        "A column says that some rows are of people who aren't students, such as teachers or "
        "parents, or who have several roles. All of them would become students.",
        _FILTERED,
    ),
    "statuses": Limit(
        "Columns with students who aren't enrolled",
        "A column says that some rows are of students who have left, haven't started, or are "
        "marked for deletion. All of them would be saved as current students.",
        _FILTERED,
    ),
    "terms": Limit(
        "Columns with several terms, or another one",
        "A column says that the rows are of several terms or testing windows, or of a different "
        "one than their scores are read as. All of them would be saved in one term.",
        _FILTERED,
    ),
    "years": Limit(
        "Columns with several school years, or another one",
        "A column says that the rows are of several school years, or of a different one than "
        "their scores are read as. All of them would be saved as one.",
        _FILTERED,
    ),
    "subjects": Limit(
        "Columns with several subjects or tests, or another one",
        "A column says that the rows are of several subjects or tests, or of a different one "
        "than their scores are read as. All of them would be saved as one.",
        _FILTERED,
    ),
    # Of later files that list every active student: what enters with a new class is expected.
    "newcomers": Limit(
        "New students, without classes that start",
        "{part:,} of {whole:,} students in this feed ({share}) would be new. Your limit is "
        "{percent}%.",
        _NEW,
        least_others=FEWEST_KNOWN,
        setting="new_limit",
    ),
    # Of a feed's first file, and of one that may hold a part of the students alone.
    "new": Limit(
        "New students",
        "{part:,} of {whole:,} students ({share}) would be new. Your limit is {percent}%.",
        _NEW,
        least_others=FEWEST_KNOWN,
        setting="new_limit",
        at_least=FIRST_FILE,
    ),
    **SCHOOL_LIMITS,
    # A column that has lost what fills it says of nobody that anything has changed.
    "blanked": Limit(
        "Values a column has lost",
        "Going by the last files, {whole:,} rows would have a value in {columns}. {part:,} of "
        "them ({share}) have none. Your limit is {percent}%.",
        "See below which column it is, and check that the export still fills it. If you don't "
        "export it anymore, have the feed ignore the column, or import the file anyway.",
        setting="blanked_limit",
    ),
    # So many students' values do not change in a night, but all do where a column holds others.
    "shifted": Limit(
        "Values of a column that changed",
        "In {columns}, at least {part:,} of {whole:,} values ({share}) are different from the "
        "last files. Your limit is {percent}%.",
        "See below which column it is and how it changed, and fix the export. If it's right, "
        "import the file anyway.",
        setting="shifted_limit",
    ),
    "swapped": Limit(
        "Columns that were swapped",
        "{part:,} columns have what another of them had in the last files.",
        "See below which columns these are, and fix the export, or match their headers to the "
        "right fields. If they are right, import the file anyway.",
    ),
    **FILE_LIMITS,
}


OF_ISSUES: Final[Mapping[str, str]] = {
    "roles": "OTHER_ROLES",
    "statuses": "OTHER_STATUSES",
    "terms": "OTHER_TERMS",
    "years": "OTHER_YEARS",
    "subjects": "OTHER_SUBJECTS",
}
"""Kinds that are counted by the code of their issues, one for each column."""


def measures_of_issues(by_code: Mapping[str, int]) -> dict[str, Measure]:
    """Return what was found of the kinds that issues tell."""
    return {kind: Measure(by_code.get(code, 0), 0) for kind, code in OF_ISSUES.items()}


def most_missing(missing: Measure) -> Measure:
    """Return how many are missing of a file that is one of several; 0 where it is not most."""
    is_most = missing.part >= LEAST_TO_HOLD and missing.part * 2 > missing.whole
    return Measure(missing.part if is_most else 0, missing.whole)


def much_smaller(size: int, last_size: int, rules: FeedRules) -> Measure:
    """Return by how many bytes a file is far smaller than the last one; 0 where it is not.

    Far is half of what the feed allows of missing students: bytes are less sure than names, but a
    file that is cut short loses both.
    """
    fewer = max(0, last_size - size)
    is_far = fewer >= LEAST_BYTES and fewer * 100 > last_size * _percent_of_bytes(rules)
    return Measure(fewer if is_far else 0, last_size)


def _percent_of_bytes(rules: FeedRules) -> int:
    return max(rules.missing_limit // 2, LEAST_SHARE)


def allowed_percent(kind: str, rules: FeedRules) -> int | None:
    """Return up to how many percent of a kind hold nothing; None where the first one holds."""
    if kind == "smaller":
        return _percent_of_bytes(rules)
    limit = LIMITS[kind]
    return limit.percent(rules) if limit.setting or limit.share else None


def hold_beyond_limits(
    report: Report,
    rules: FeedRules,
    *,
    measured: Mapping[str, Measure],
    accepted: Accepted,
    columns: str = "",
) -> None:
    """Keep in the report what was measured, by kind, and hold it where that is beyond a limit.

    `columns`: which ones it is about, by the catalogue's names, for a reason that says so.
    """
    report.measures |= measured
    for kind, measure in measured.items():
        limit = LIMITS[kind]
        if measure.part > accepted.get(kind, 0) and limit.is_beyond(measure, rules):
            percent = limit.percent(rules)
            why = limit.why.format(
                part=measure.part,
                whole=measure.whole,
                share=share_text(measure.percent, percent),
                percent=percent,
                columns=columns,
            )
            report.hold(why, advice=limit.advice)


def hold_schools(
    report: Report,
    rules: FeedRules,
    *,
    measured: Mapping[str, Mapping[str, Measure]],
    accepted: Accepted,
) -> None:
    """The same school by school: `measured` is by kind and school. Only numbers are told.

    What is accepted is accepted of a school, not of another one that has as many. Where no school
    is beyond a limit, the one that is nearest to it is kept, for a limit that is tried later.
    """
    for kind, by_school in measured.items():
        limit = LIMITS[kind]
        beyond = {
            key_of_school(kind, name): each
            for name, each in by_school.items()
            if limit.is_beyond(each, rules)
        }
        if not beyond:
            none = Measure(0, max(each.whole for each in by_school.values()))
            report.measures[kind] = nearest(by_school.values(), limit) or none
            continue
        part, whole = (sum(getattr(each, of) for each in beyond.values()) for of in _PARTS)
        report.measures |= {kind: Measure(part, whole), **beyond}
        if any(each.part > accepted.get(key, 0) for key, each in beyond.items()):
            schools = counted(len(beyond), "school")
            percent = limit.percent(rules)
            why = limit.why.format(part=part, whole=whole, percent=percent, schools=schools)
            report.hold(why, advice=limit.advice)
