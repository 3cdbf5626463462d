"""Which row is the header, and what its columns mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rollbook.core import cells
from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import (
    Catalogue,
    is_ignored_header,
    normalize_header,
    term_of_unknown_header,
)
from rollbook.core.catalogue.verdict import OUTER_BLANKS
from rollbook.core.errors import FileRefused
from rollbook.core.feed_settings import AUTO, NO_LAYOUT, FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.layouts.misfit import misfit
from rollbook.core.layouts.own import layout_named
from rollbook.core.layouts.recognition import Recognition, layout_near, layout_of
from rollbook.core.layouts.resemblance import header_known
from rollbook.core.reading.errors import (
    LayoutUnfit,
    LayoutUnsure,
    MissingColumns,
    NoHeaderRow,
    RepeatedColumn,
)
from rollbook.core.reading.headerless import begins_with_data

HowFound = Literal["catalogue", "mapping", "layout", "ignored", "passed over", "unknown"]
"""By what a column's meaning was found. What is mapped to a field that is gone is unknown; a
vendor's layout passes over what it knows and does not read."""

ROWS_SEARCHED: Final = 30
"""A preamble is a title, a date, perhaps a filter; never longer than this."""

HEADERS_SHOWN: Final = 500

LONGEST_HEADER: Final = 500
"""Letters of a header that are looked at: a line of a megabyte may be a single cell."""


@dataclass(frozen=True, slots=True)
class HeaderFound:
    """`index`: which of the rows; `known`: how many of its cells are known fields."""

    index: int
    header: tuple[str, ...]
    known: int
    identifiers: tuple[int, ...] = ()
    """The columns of the identifiers that the feed requires."""


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """`fields[i]` is what column i means; None: unknown, or ignored on purpose."""

    fields: tuple[Field | None, ...]
    issues: list[Issue]


def find_header(
    rows: Sequence[Sequence[str]], catalogue: Catalogue, rules: FeedRules
) -> HeaderFound | None:
    """Return the row with the most known fields, the first of equals; None: too few are known.

    One known field is enough only where the feed requires just one: a title such as "School" in a
    preamble is a known field too.
    """
    return _find(rows, catalogue, rules, layout_of) or _find(rows, catalogue, rules, layout_near)


def _find(
    rows: Sequence[Sequence[str]],
    catalogue: Catalogue,
    rules: FeedRules,
    layout_in: Callable[[Sequence[str], FeedRules], Recognition | None],
) -> HeaderFound | None:
    enough = min(2, len(rules.required))
    best: HeaderFound | None = None
    for index, row in enumerate(rows[:ROWS_SEARCHED]):
        texts = [cell[:LONGEST_HEADER] for cell in row]
        read = layout_in(texts, rules)
        names = _names(texts, catalogue, rules) if read is None else read.holds
        known = len({*names} - {None})
        if known >= enough and (best is None or known > best.known):
            identifiers = tuple(
                column for column, name in enumerate(names) if name in rules.required
            )
            best = HeaderFound(index, trimmed(row), known, identifiers)
    return best


def _names(row: Sequence[str], catalogue: Catalogue, rules: FeedRules) -> Sequence[str | None]:
    """Return what the cells of a row would mean if it were the header."""
    fields = (catalogue.find(text, rules) for text in row)
    return [None if field is None else field.name for field in fields]


def find_column(text: str, catalogue: Catalogue, rules: FeedRules) -> tuple[Field | None, HowFound]:
    """Return what the column under the header `text` means, and by what that was found."""
    if is_ignored_header(text, rules):
        return None, "ignored"
    field = catalogue.find(text, rules)
    if field is None:
        return None, "unknown"
    key = normalize_header(text)
    is_mapped = any(
        normalize_header(mapped) == key and name == field.name
        for mapped, name in rules.headers.items()
    )
    is_mapped = is_mapped or catalogue.mapped_before(text, rules) is not None
    return field, "mapping" if is_mapped else "catalogue"


def unknown_term(text: str, catalogue: Catalogue) -> str | None:
    """Return "Winter 2026" where an unknown header is a field of that term, not set up here."""
    term = term_of_unknown_header(text)
    return None if term in {known.name for known in catalogue.terms} else term


def match_columns(header: Sequence[str], catalogue: Catalogue, rules: FeedRules) -> ColumnMatch:
    """Return what the columns mean. Raises MissingColumns, RepeatedColumn."""
    fields: list[Field | None] = []
    issues: list[Issue] = []
    ignored: list[Issue] = []
    for text in header:
        field, how = find_column(text, catalogue, rules)
        fields.append(field)
        if how == "unknown":
            issues.append(_unknown(text, catalogue))
        kept_out = catalogue.mapping_kept_out(text, rules)
        if kept_out is not None:
            ignored.append(_mapping_ignored(text, kept_out, read_as=field))
    _check_repeated(header, fields)
    _check_required(header, fields, catalogue=catalogue, rules=rules)
    return ColumnMatch(tuple(fields), issues + ignored)


def no_header(rows: Sequence[Sequence[str]], catalogue: Catalogue, rules: FeedRules) -> FileRefused:
    """Return the error for a file in whose first `rows` no header was found: the fullest of them
    comes nearest to one."""
    header = trimmed(max(rows, key=len, default=()))
    if begins_with_data(rows):
        return NoHeaderRow(what="file", private=_found(header))
    missing = [catalogue.by_name[name] for name in rules.required]
    return layout_unfit(header, rules) or _missing(header, missing, catalogue, rules)


def layout_unfit(header: Sequence[str], rules: FeedRules) -> LayoutUnfit | None:
    """Return the error for a header that is not of the feed's layout; None: it is set to none."""
    if rules.layout in (AUTO, NO_LAYOUT):
        return None
    layout = layout_named(rules.layout, rules)
    if layout is None:
        why = "there is no such layout, or it isn't valid anymore"
        return LayoutUnfit(layout=rules.layout, why=why, private=_found(header))
    found = misfit(layout, header)
    against = ", ".join(f"“{text}”" for text in found.headers)
    private = f"Against it: {against}. {_found(header)}" if against else _found(header)
    return LayoutUnfit(layout=layout.title, why=found.why, private=private)


def unread_worksheets(names: Sequence[str]) -> list[Issue]:
    """Report each sheet that might hold students too and was not read."""
    return [
        Issue(
            "WORKSHEET_NOT_READ",
            Severity.WARNING,
            "Another sheet also looks like students and wasn't read: an import reads one sheet. "
            "Put all students on one sheet, or name the right sheet in the feed.",
            value=name,
        )
        for name in names
    ]


def trimmed(row: Sequence[str]) -> tuple[str, ...]:
    """Return a header's cells without outer blanks, and without the unnamed ones at its end."""
    texts = (cells.shown(cell[:LONGEST_HEADER]) for cell in row)
    named = [" ".join(text.split()).strip(OUTER_BLANKS) for text in texts]
    while named and not named[-1]:
        named.pop()
    return tuple(named)


def _check_repeated(header: Sequence[str], fields: Sequence[Field | None]) -> None:
    for field in {field.name: field for field in fields if field is not None}.values():
        same = [text for text, found in zip(header, fields, strict=True) if found == field]
        if len(same) > 1:
            quoted = " and ".join(f"“{text}”" for text in same)
            raise RepeatedColumn(
                count=len(same), header=field.header, private=f"Their headers are {quoted}."
            )


def _check_required(
    header: Sequence[str],
    fields: Sequence[Field | None],
    *,
    catalogue: Catalogue,
    rules: FeedRules,
) -> None:
    found = {field.name for field in fields if field is not None}
    missing = [catalogue.by_name[name] for name in rules.required if name not in found]
    if missing:
        raise _missing(header, missing, catalogue, rules)


def _missing(
    header: Sequence[str], missing: Sequence[Field], catalogue: Catalogue, rules: FeedRules
) -> MissingColumns:
    """Return the error. What was found and what comes nearest may be a student: private.

    A likeness to a layout comes first: the column is then lacking because no layout was used.
    """
    near = {
        f"“{text}” looks like {field.header}"
        for text in filter(None, header[:HEADERS_SHOWN])
        for field in catalogue.nearest(text, 1)
        if field in missing
    }
    nearest = f"{'; '.join(sorted(near))}. " if near else ""
    private, names = f"{nearest}{_found(header)}", " and ".join(field.header for field in missing)
    known = header_known(header, rules)
    layout = known.tests if known.near is None else known.near.layout
    if layout is not None:
        return LayoutUnsure(layout=layout.title, missing=names, private=private)
    return MissingColumns(missing=names, private=private)


def _found(header: Sequence[str]) -> str:
    shown = [text for text in header if text][:HEADERS_SHOWN]
    quoted = ", ".join(f"“{text}”" for text in shown) or "no row that looks like a header"
    return f"It has: {quoted}."


def _unknown(text: str, catalogue: Catalogue) -> Issue:
    if not text:
        code, message = (
            "UNNAMED_COLUMN",
            "This column has no header, so it wasn't imported. Add one in the export.",
        )
    elif (term := unknown_term(text, catalogue)) is not None:
        code = "UNKNOWN_TERM"
        message = (
            f"This column is for the term {term}, which isn't set up, so it wasn't imported. "
            "Add the term under Settings, Terms, then import again."
        )
    else:
        code, message = "UNKNOWN_COLUMN", unknown_column()
    return Issue(code, Severity.WARNING, message, column=text)


def unknown_column(hint: str = "") -> str:
    """Return what is said of a column that is not known."""
    return (
        f"This column isn't one we know, so it wasn't imported.{hint} Match it or ignore it "
        "under Feeds, Columns."
    )


def _mapping_ignored(text: str, mapped: Field, *, read_as: Field | None) -> Issue:
    means = f"was read as {read_as.header}" if read_as else "wasn't imported"
    return Issue(
        "MAPPING_IGNORED",
        Severity.WARNING,
        f"This column is matched to {mapped.header}, but its header names another term, whose "
        f"scores would replace those. So the match was ignored, and the column {means}. Correct "
        "the match under Feeds, Columns.",
        column=text,
        field=read_as.name if read_as else None,
    )
