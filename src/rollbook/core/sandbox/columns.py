"""What a file's columns mean: by a vendor's layout, by the feed's mapping, or by their headers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.column_examples import as_text, examples_of, likely_fields
from rollbook.core.feed_settings import IDENTIFIERS, FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.layouts.enrollments import enrollments_of
from rollbook.core.layouts.laid_out import LaidOutTable, rules_of_tests
from rollbook.core.layouts.layout import MEASURED, FileLayout
from rollbook.core.layouts.recognition import Recognition
from rollbook.core.layouts.resemblance import HeaderKnown
from rollbook.core.layouts.student_rows import StudentRows, rules_of_students
from rollbook.core.quantities import counted
from rollbook.core.reading.headers import (
    find_column,
    layout_unfit,
    match_columns,
    unknown_column,
)
from rollbook.core.sandbox.answers import Opened
from rollbook.core.table import Table
from rollbook.core.validation.scope_headers import scope_of_column


@dataclass(frozen=True, slots=True)
class ReadColumns:
    """A table whose columns are understood: `fields[i]` is what column i means, None: nothing."""

    table: Table
    fields: tuple[Field | None, ...]
    rules: FeedRules
    issues: list[Issue] = field(default_factory=list)
    late_issues: Callable[[], Iterable[Issue]] = list
    """Gives the issues that are known once all rows are read."""
    left_out: Callable[[], int] = int
    """Gives the number of rows that the layout left out."""
    notes: tuple[str, ...] = ()


def opened(table: Table, known: HeaderKnown, catalogue: Catalogue, rules: FeedRules) -> Opened:
    """Return what is known of a file once its header was found; nothing is refused yet."""
    read = known.read
    name = "" if known.tests is None else known.tests.name
    if read is None:
        names = tuple(_name(find_column(text, catalogue, rules)[0]) for text in table.header)
        layout = _named(known.near, is_certain=False)
        return Opened(table.facts, table.header, names, layout=layout, tests_of=name)
    names = tuple(holds if holds in catalogue.by_name else None for holds in read.holds)
    if not read.layout.is_of_tests:
        own = rules_of_students(rules, read, table.header)
        names = tuple(_name(find_column(text, catalogue, own)[0]) for text in table.header)
        return Opened(table.facts, table.header, names, layout=_named(read, is_certain=True))
    laid_out = LaidOutTable(table, read, catalogue)
    staged = tuple(
        (each.name, text) for each, text in zip(laid_out.fields, laid_out.header, strict=True)
    )
    layout = _named(read, is_certain=True)
    return Opened(table.facts, table.header, names, layout=layout, staged=staged, tests_of=name)


def read_columns(
    table: Table,
    known: HeaderKnown,
    catalogue: Catalogue,
    rules: FeedRules,
    *,
    day: date | None = None,
) -> ReadColumns:
    """Return the table as it is to be judged. `day`: as in Task.

    Raises MissingColumns, RepeatedColumn, LayoutUnfit.
    """
    read = _understood(table, known, catalogue, rules, day)
    if rules.other_columns != "warn":
        read = _without_others(read)
    return replace(read, issues=_with_examples(read.issues, table, catalogue, rules))


def _without_others(read: ReadColumns) -> ReadColumns:
    kept = [issue for issue in read.issues if not _is_of_other_column(issue)]
    count = len(read.issues) - len(kept)
    columns = counted(count, "unknown column wasn't", "unknown columns weren't")
    note = f"{columns} imported: the feed imports only matched columns."
    return replace(read, issues=kept, notes=(note,) if count else ())


def _with_examples(
    issues: list[Issue], table: Table, catalogue: Catalogue, rules: FeedRules
) -> list[Issue]:
    """Add to what is not known a few of its values, and the field that it may be."""
    unknown = [each.column for each in issues if each.code == "UNKNOWN_COLUMN" and each.column]
    examples = examples_of(table, unknown)
    return [
        _with_hint(issue, examples[issue.column], catalogue, rules)
        if issue.code == "UNKNOWN_COLUMN" and issue.column
        else issue
        for issue in issues
    ]


def _with_hint(
    issue: Issue, examples: Sequence[str], catalogue: Catalogue, rules: FeedRules
) -> Issue:
    issue = replace(issue, value=as_text(examples))
    likely = likely_fields(issue.column or "", examples, catalogue, rules)
    if not likely or issue.message != unknown_column():  # a layout says it in its own words
        return issue
    return replace(issue, message=unknown_column(f" Is it “{likely[0].header}”?"))


def _is_of_other_column(issue: Issue) -> bool:
    """Tell whether it is of a column that is not wanted. One that may say whose rows they are, or
    that belongs to a term which is not set up, is still told of."""
    if issue.code == "UNKNOWN_COLUMN":
        return scope_of_column(issue.column or "") is None
    return issue.code == "UNNAMED_COLUMN"


def _understood(
    table: Table, known: HeaderKnown, catalogue: Catalogue, rules: FeedRules, day: date | None
) -> ReadColumns:
    read, near = known.read, known.near
    if read is not None and not read.layout.is_of_tests:
        own = rules_of_students(rules, read, table.header)
        match = match_columns(table.header, catalogue, own)
        rows = StudentRows(table, read, enrollments_of(read, match.fields, own, day))
        return ReadColumns(
            rows, match.fields, own, match.issues, rows.issues, lambda: rows.left_out.total()
        )
    if read is not None:
        laid_out = LaidOutTable(table, read, catalogue)
        return ReadColumns(
            laid_out,
            laid_out.fields,
            rules_of_tests(rules, _identifiers(read)),
            _unknown(read),
            laid_out.issues,
            lambda: laid_out.left_out.total(),
        )
    if (unfit := layout_unfit(table.header, rules)) is not None:
        raise unfit
    match = match_columns(table.header, catalogue, rules)
    issues = [] if near is None else [Issue("LAYOUT_UNSURE", Severity.WARNING, _unsure(near))]
    return ReadColumns(table, match.fields, rules, [*match.issues, *issues])


def values_of_columns(
    header: Sequence[str], read: Recognition | None, catalogue: Catalogue, rules: FeedRules
) -> list[str | None]:
    """Return what is stored of each column of the file: a field, or a measure of tests; None of
    those that only say which rows count, and of those that are not read."""
    if read is not None and read.layout.is_of_tests:
        stored = {*IDENTIFIERS, *MEASURED, *catalogue.by_name}
        return [str(holds) if holds in stored else None for holds in read.holds]
    if read is not None:
        rules = rules_of_students(rules, read, header)
    return [_name(find_column(text, catalogue, rules)[0]) for text in header]


def _identifiers(read: Recognition) -> list[str]:
    return [name for name in IDENTIFIERS if name in read.holds]


def _unknown(read: Recognition) -> list[Issue]:
    return [
        Issue(
            "UNKNOWN_COLUMN",
            Severity.WARNING,
            f"This column isn't part of the layout “{read.layout.title}”, so it wasn't imported. "
            "If you don't need it, ignore it under Feeds, Columns.",
            column=text,
        )
        for text in read.unknown
    ]


def _unsure(near: Recognition) -> str:
    return (
        f"The file looks like “{near.layout.title}”, but we aren't sure, so it wasn't read that "
        "way. If it is one, choose this layout in the feed."
    )


def _named(read: Recognition | None, *, is_certain: bool) -> FileLayout | None:
    if read is None:
        return None
    return FileLayout(read.layout.name, read.layout.vendor, is_certain)


def _name(field: Field | None) -> str | None:
    return None if field is None else field.name
