"""The limits beyond which an import is held, in one table: the export has probably failed."""

from collections.abc import Mapping
from typing import Final

from rollbook.core.feed_settings import FeedRules
from rollbook.core.file_limits import FILE_LIMITS
from rollbook.core.limit import LEAST_TO_HOLD, Limit, nearest
from rollbook.core.measure import Measure
from rollbook.core.quantities import counted
from rollbook.core.report import Report
from rollbook.core.school_limits import SCHOOL_LIMITS, key_of_school

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
    "See whether it is the right file: of this district and school year, of the right server and "
    "folder. If it is, and what it says of so many students is right, decide to apply it as it is."
)
_OTHER_DISTRICT: Final = (
    f"{_RIGHT_FILE} One installation is one district: numbers of two districts mean different "
    "students, so another district needs an installation of its own."
)
_NEW: Final = (
    "See whether it is the right file, and whether its Student IDs are written as before. If so "
    "many are really new, decide to apply it as it is."
)
_FILTERED: Final = (
    "See below which column it is, and have the export filtered to the rows that are meant. If the "
    "column does not say so, have the feed ignore it; or decide to apply the file as it is."
)

LIMITS: Final[Mapping[str, Limit]] = {
    "rejected": Limit(
        "Rows rejected",
        "{part:,} of {whole:,} rows were rejected, more than the {percent} % that this feed "
        "allows.",
        "See what is wrong below, have the file corrected and import it again; or decide to apply "
        "it as it is.",
        setting="rejected_limit",
    ),
    # Some are normal: students who have left, or have just come. Most are another district's file.
    "unknown": Limit(
        "Rows of students that the roster feed has not brought",
        "{part:,} of {whole:,} rows name students that are not known, more than {percent} %; only "
        "the roster feed adds students.",
        "See that the roster feed's file was imported first, and whether this is the right file, "
        "with the numbers that the roster feed brings. If it is, decide to apply it as it is: the "
        "rows of known students are stored.",
        share=50,
    ),
    # A file that was cut at a line's end, or written for one school, looks like this.
    "missing": Limit(
        "Students of the last file who are missing",
        "{part:,} of the {whole:,} students of the last file are not in this one, more than the "
        "{percent} % that this feed allows. From May to September, a class that ends is not "
        "counted.",
        "See whether the export is complete, and have it run again. If so many have really left, "
        "decide to apply it as it is.",
        setting="missing_limit",
    ),
    # The next four are what a file of other students changes at once, and a good one never does.
    "names": Limit(
        "Known students with another name",
        "{part:,} of the {whole:,} known students in this file have another name, more than the "
        "{percent} % that this feed allows.",
        _OTHER_DISTRICT,
        setting="names_limit",
    ),
    "ssid": Limit(
        "Known students with another SSID",
        "{part:,} of the {whole:,} known students in this file have another SSID, more than the "
        "{percent} % that this feed allows.",
        _OTHER_DISTRICT,
        setting="ssid_limit",
    ),
    "school": Limit(
        "Known students in another school",
        "{part:,} of the {whole:,} known students in this file are in another school, more than "
        "the {percent} % that this feed allows.",
        _RIGHT_FILE,
        setting="school_limit",
    ),
    "grade": Limit(
        "Known students in another grade, not the next",
        "{part:,} of the {whole:,} known students in this file are in another grade that is not "
        "the next one, more than the {percent} % that this feed allows.",
        _RIGHT_FILE,
        setting="grade_limit",
    ),
    # So many go down a grade only where an earlier year's file takes the place of this year's.
    "last_year": Limit(
        "Known students in the grade below",
        "{part:,} of the {whole:,} known students in this file are in the grade below the one that "
        "is stored, more than the {percent} % that this feed allows: this is probably a file of "
        "an earlier school year.",
        "See which school year the export is of. If the stored grades are wrong, because the year "
        "was turned too early, decide to apply it as it is.",
        setting="grade_limit",
    ),
    # What the file itself says of its rows, and no field has.
    "roles": Limit(
        "Columns by which rows are of people who are not students",
        "A column of the file says that some of its rows are of people who are not students, such "
        "as teachers or parents, or have several roles. All of them would become students.",
        _FILTERED,
    ),
    "statuses": Limit(
        "Columns by which rows are of students who are not enrolled",
        "A column of the file says that some of its rows are of students who have left, are not "
        "here yet, or are to be deleted. All of them would be stored as students of today.",
        _FILTERED,
    ),
    "terms": Limit(
        "Columns by which rows are of several terms, or of another one",
        "A column of the file says that its rows are of several terms or testing windows, or of "
        "another one than their scores are read as. All of them would be stored in one term.",
        _FILTERED,
    ),
    "years": Limit(
        "Columns by which rows are of several school years, or of another one",
        "A column of the file says that its rows are of several school years, or of another one "
        "than their scores are read as. All of them would be stored as one.",
        _FILTERED,
    ),
    "subjects": Limit(
        "Columns by which rows are of several subjects or tests, or of another one",
        "A column of the file says that its rows are of several subjects or tests, or of another "
        "one than their scores are read as. All of them would be stored as one.",
        _FILTERED,
    ),
    # Of later files that list every active student: what enters with a new class is expected.
    "newcomers": Limit(
        "New students, without classes that start",
        "{part:,} of the {whole:,} students there would be in this feed are new, more than the "
        "{percent} % that this feed allows. From May to September, new students in the classes "
        "with which school starts are not counted.",
        _NEW,
        least_others=FEWEST_KNOWN,
        setting="new_limit",
    ),
    # Of a feed's first file, and of one that may hold a part of the students alone.
    "new": Limit(
        "New students",
        "{part:,} of the {whole:,} students there would be are new, more than the {percent} % that "
        "this feed allows.",
        _NEW,
        least_others=FEWEST_KNOWN,
        setting="new_limit",
        at_least=FIRST_FILE,
    ),
    **SCHOOL_LIMITS,
    # A column that has lost what fills it says of nobody that anything has changed.
    "blanked": Limit(
        "Values of a column that are gone",
        "By the last files, {whole:,} rows would have a value in {columns}, and {part:,} of these "
        "have none, more than the {percent} % that this feed allows.",
        "See below how the file calls the column, and whether the export still fills it. If it "
        "does so no more, have the feed ignore the column; or decide to apply the file as it is.",
        setting="blanked_limit",
    ),
    # So many students' values do not change in a night, but all do where a column holds others.
    "shifted": Limit(
        "Values of a column that have become others",
        "In {columns}, at least {part:,} of {whole:,} values must have become others since the "
        "last files, more than the {percent} % that this feed allows.",
        "See below how the file calls the column and in which way it has changed, and have the "
        "export corrected. If it is right, decide to apply the file as it is.",
        setting="shifted_limit",
    ),
    "swapped": Limit(
        "Columns whose values have changed places",
        "{part:,} columns hold what another of them held in the last files.",
        "See below which columns these are, and have the export corrected, or map their headers to "
        "the right fields. If they are right, decide to apply the file as it is.",
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
    share = max(rules.missing_limit // 2, LEAST_SHARE)
    is_far = fewer >= LEAST_BYTES and fewer * 100 > last_size * share
    return Measure(fewer if is_far else 0, last_size)


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
                part=measure.part, whole=measure.whole, percent=percent, columns=columns
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
