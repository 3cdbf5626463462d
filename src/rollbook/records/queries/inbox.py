"""A feed's inbox: columns and codes of its newest file that nobody has said the meaning of."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final

from django.db import connection

from rollbook.core.catalogue.field import Field, Grade, Level, YesNo
from rollbook.core.catalogue.grades import GRADES
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.text_types import UNKNOWN_LEVEL
from rollbook.core.catalogue.verdict import OUTER_BLANKS
from rollbook.core.mapping import LONGEST_TEXT, HeaderMeaning, header_meanings
from rollbook.core.quantities import counted
from rollbook.core.statements import Statements
from rollbook.records.database import translated
from rollbook.records.models import Feed, IgnoredCode, Job
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.issues import examples_of
from rollbook.records.queries.jobs import JobView, job_view

CODES: Final = (UNKNOWN_LEVEL, "BAD_GRADE", "GRADE_NOT_STORED", "NOT_YES_NO")
"""Of an issue: a text that a field of a few known values does not know."""

MOST_TEXTS: Final = 20
"""Different texts of a column that may be codes. More are something else, such as names."""

_SQL: Final = Statements(__package__, "inbox.sql")


@dataclass(frozen=True, slots=True)
class NewCode:
    """A text of a coded field that is not known, and the values that it may mean."""

    field: Field
    header: str
    text: str
    rows: int
    choices: Sequence[str]
    nearest: str
    """That of the choices which is most alike; "" where none is."""
    is_kept: bool
    """Whether it is imported as it is; other texts are refused."""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class FullColumn:
    """A coded field with so many unknown texts that the column probably holds something else."""

    field: Field
    header: str
    rows: int


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column that is not known."""

    column: HeaderMeaning
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits for a decision, of the file of the import `job`."""

    job: JobView | None = None
    codes: Sequence[NewCode] = ()
    full: Sequence[FullColumn] = ()
    columns: Sequence[NewColumn] = ()

    @property
    def count(self) -> int:
        return len(self.codes) + len(self.full) + len(self.columns)

    @property
    def said(self) -> str:
        """What waits, in numbers: nothing of a student is in it."""
        codes, columns = len(self.codes), len(self.columns) + len(self.full)
        parts = [counted(codes, "new code")] if codes else []
        return ", ".join([*parts, counted(columns, "column")] if columns else parts)


@translated()
def inbox_of(feed: Feed, *, of_import: int | None = None) -> Inbox:
    """Return the inbox of a feed, empty where its newest file is not that `of_import`. What that
    file no longer has is not in it."""
    row = Job.imports.of_feed(feed.pk).with_header().newest()
    if row is None or of_import not in (None, row.pk):
        return Inbox()
    job, catalogue = job_view(row), read_catalogue()
    has_codes = not job.report.by_code.keys().isdisjoint(CODES)
    found = list(_codes(feed, job.number, catalogue)) if has_codes else []
    codes = [each for each in found if isinstance(each, NewCode)]
    full = [each for each in found if isinstance(each, FullColumn)]
    return Inbox(job, codes, full, [NewColumn(each) for each in _columns(feed, job, catalogue)])


@translated()
def dated_inbox(feed: Feed) -> Inbox:
    """Return the inbox with since when each of it was seen; it looks through all kept problems."""
    found = inbox_of(feed)
    texts, headers = (
        [each.text for each in found.codes],
        [each.column.header for each in found.columns],
    )
    seen = _since(feed.pk, texts, headers)
    return replace(
        found,
        codes=[replace(each, since=seen.get((each.field.name, each.text))) for each in found.codes],
        columns=[replace(each, since=seen.get(("", each.column.header))) for each in found.columns],
    )


def digest_of(text: str) -> str:
    """Return what an ignored text is known again by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def choices_of(field: Field, own: Collection[str] = ()) -> tuple[str, ...]:
    """Return the values that a coded field knows; `own` are levels of the district."""
    match field.type:
        case Grade():
            return GRADES
        case YesNo():
            return ("Yes", "No")
        case Level():
            return tuple(dict.fromkeys((*field.type.known, *own)))
        case _:
            return ()


def _codes(feed: Feed, job: int, catalogue: Catalogue) -> Iterator[NewCode | FullColumn]:
    ignored = set(IgnoredCode.objects.filter(feed_id=feed.pk).values_list("field", "digest"))
    fields = catalogue.by_name
    told = set()
    for name, header, code, text, rows, texts, in_column in _texts(job):
        field, known = fields.get(name), feed.values.get(name, {})
        if field is None or text.strip(OUTER_BLANKS) in known or len(text) > LONGEST_TEXT:
            continue
        if texts > MOST_TEXTS:
            if name not in told:
                yield FullColumn(field, header, in_column)
            told.add(name)
        elif (name, digest_of(text)) not in ignored:
            own = [meant for given, meant in known.items() if given == meant]
            choices = choices_of(field, own)
            yield NewCode(
                field, header, text, rows, choices, _nearest(text, choices), code == UNKNOWN_LEVEL
            )


def _nearest(text: str, choices: Sequence[str]) -> str:
    folded = {choice.casefold(): choice for choice in choices}
    near = get_close_matches(text.casefold()[:100], folded, n=1)
    return folded[near[0]] if near else ""


def _columns(feed: Feed, job: JobView, catalogue: Catalogue) -> list[HeaderMeaning]:
    """The columns that are not known, where the feed warns of such."""
    if feed.other_columns != "warn":
        return []
    has_unknown = "UNKNOWN_COLUMN" in job.report.by_code
    examples = examples_of(job.number) if has_unknown else {}
    found = header_meanings(catalogue, feed_rules(feed), job.report.header, examples)
    return [each for each in found if each.how == "unknown" and each.header.strip()]


def _texts(job: int) -> list[tuple[str, str, str, str, int, int, int]]:
    with connection.cursor() as cursor:
        _SQL.run(cursor, "texts", job=job, codes=list(CODES), most=MOST_TEXTS)
        found: list[tuple[str, str, str, str, int, int, int]] = cursor.fetchall()
        return found


def _since(
    feed: int, texts: Sequence[str], headers: Sequence[str]
) -> dict[tuple[str, str], datetime]:
    """Return when each was first seen: by field and text, or by "" and header."""
    if not texts and not headers:
        return {}
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"texts": list(texts), "headers": list(headers)}
        _SQL.run(cursor, "since", feed=feed, codes=list(CODES), **given)
        rows = cursor.fetchall()
    found: dict[tuple[str, str], datetime] = {}
    for field, text, header, at in rows:
        key = ("", header) if field is None else (field, text)
        found[key] = min(at, found.get(key, at))
    return found
