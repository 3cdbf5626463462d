"""A feed's inbox: columns and codes of its newest file that nobody has said the meaning of."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Max, Q

from rollbook.core.catalogue.field import Field, Grade, Level, YesNo
from rollbook.core.catalogue.grades import GRADES
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.text_types import UNKNOWN_LEVEL
from rollbook.core.catalogue.verdict import OUTER_BLANKS
from rollbook.core.mapping import LONGEST_TEXT, HeaderMeaning, header_meanings
from rollbook.core.statements import Statements
from rollbook.records.database import translated
from rollbook.records.models import Feed, IgnoredCode, ImportIndex, Job, NewFileName
from rollbook.records.models.job_input import SCHEDULE
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.file_names import new_file_names
from rollbook.records.queries.inbox_items import (
    FullColumn,
    Inbox,
    NewCode,
    NewColumn,
    digest_of,
)
from rollbook.records.queries.issues import examples_of
from rollbook.records.queries.jobs import JobView, job_view
from rollbook.records.queries.layouts import own_layouts_of

UNKNOWN_COLUMN: Final = "UNKNOWN_COLUMN"
"""Of an issue: a column that is not known."""

CODES: Final = (UNKNOWN_LEVEL, "BAD_GRADE", "GRADE_NOT_STORED", "NOT_YES_NO")
"""Of an issue: a text that a field of a few known values does not know."""

MOST_TEXTS: Final = 20
"""Different texts of a column that may be codes. More are something else, such as names."""

_SQL: Final = Statements(__package__, "inbox.sql")


class Text(NamedTuple):
    """A text of a coded field in a file, as `inbox.sql` gives it."""

    field: str
    header: str
    code: str
    text: str
    rows: int
    different: int
    """Texts that the field does not know in all."""
    in_column: int
    """Rows of all of them."""


@translated()
def inbox_of(
    feed: Feed, *, of_import: int | None = None, catalogue: Catalogue | None = None
) -> Inbox:
    """Return the inbox of a feed, empty where its newest file is not that `of_import`. What that
    file no longer has is not in it. A file that a person only checks may be any file: it does not
    count."""
    row = Job.imports.of_feed(feed.pk).with_header().except_checks_by_hand().newest()
    if row is None or of_import not in (None, row.pk):
        return Inbox()
    job = job_view(row)
    catalogue = catalogue or read_catalogue()
    examples = examples_of(job.number) if UNKNOWN_COLUMN in job.report.by_code else {}
    texts = texts_of(job)
    ignored, own = ignored_codes([feed]) if texts else set(), own_layouts_of(feed.layout)
    return _inbox(feed, job, catalogue, texts, ignored, examples, own=own)


@translated()
def inbox_counts(feeds: Iterable[Feed], catalogue: Catalogue) -> dict[str, int]:
    """Return how much waits in the inbox of each feed where anything does, by the feed's name; the
    names of files that came instead of the feed's own too."""
    by_number = {feed.pk: feed for feed in feeds}
    read = ImportIndex.objects.filter(has_header=True, is_fix_it=False, feed_id__in=list(by_number))
    newest = read.filter(Q(is_check=False) | Q(started_by=SCHEDULE))
    numbers = newest.values("feed_id").annotate(newest=Max("job_id")).values("newest")
    jobs = [job_view(row) for row in Job.imports.filter(pk__in=numbers)]
    with_codes = [job for job in jobs if not job.report.by_code.keys().isdisjoint(CODES)]
    texts = _names(with_codes) if with_codes else {}
    ignored = ignored_codes(by_number.values()) if with_codes else set()
    counts: dict[str, int] = {}
    own: dict[str, Sequence[str]] = {}
    for job in jobs:
        feed = by_number[job.feed_id]
        if feed.layout not in own:
            own[feed.layout] = own_layouts_of(feed.layout)
        found = _inbox(
            feed,
            job,
            catalogue,
            texts.get(job.number, ()),
            ignored,
            {},
            own=own[feed.layout],
        )
        counts[feed.name] = found.count
    names = NewFileName.objects.filter(feed_id__in=list(by_number), decision="", why_not="")
    for number in names.values_list("feed_id", flat=True).distinct():
        feed = by_number[number]
        counts[feed.name] = counts.get(feed.name, 0) + len(new_file_names(feed))
    return {name: counts[name] for name in sorted(counts) if counts[name]}


@translated()
def dated_inbox(feed: Feed, *, of_import: int | None = None) -> Inbox:
    """Return the inbox with since when each of it was seen; it looks through all kept problems."""
    found = inbox_of(feed, of_import=of_import)
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


def _inbox(
    feed: Feed,
    job: JobView,
    catalogue: Catalogue,
    texts: Sequence[Text],
    ignored: Collection[tuple[int, str, str]],
    examples: Mapping[str, tuple[str, ...]],
    *,
    own: Sequence[str],
) -> Inbox:
    """`ignored`: feed, field and digest of each; `examples`: header -> a few of its values; `own`:
    layouts of the district's that the file may have."""
    found = list(new_codes(feed, texts, ignored, catalogue))
    codes = [each for each in found if isinstance(each, NewCode)]
    full = [each for each in found if isinstance(each, FullColumn)]
    columns = _columns(feed, job, catalogue, examples, own=own)
    return Inbox(job, codes, full, [NewColumn(each) for each in columns])


def new_codes(
    feed: Feed,
    texts: Sequence[Text],
    ignored: Collection[tuple[int, str, str]],
    catalogue: Catalogue,
) -> Iterator[NewCode | FullColumn]:
    """The texts that the mapping does not know, without those that are ignored."""
    fields = catalogue.by_name
    told = set()
    for name, header, code, text, rows, different, in_column in texts:
        field, known = fields.get(name), feed.values.get(name, {})
        if field is None or text.strip(OUTER_BLANKS) in known or len(text) > LONGEST_TEXT:
            continue
        if different > MOST_TEXTS:
            if name not in told:
                yield FullColumn(field, header, in_column)
            told.add(name)
        elif (feed.pk, name, digest_of(text)) not in ignored:
            own = [meant for given, meant in known.items() if given == meant]
            choices = choices_of(field, own)
            yield NewCode(
                field, header, text, rows, choices, _nearest(text, choices), code == UNKNOWN_LEVEL
            )


def _nearest(text: str, choices: Sequence[str]) -> str:
    if text.strip(f"{OUTER_BLANKS}-").isdigit():
        return ""  # 13 is not nearly 3
    folded = {choice.casefold(): choice for choice in choices}
    near = get_close_matches(text.casefold()[:100], folded, n=1)
    return folded[near[0]] if near else ""


def _columns(
    feed: Feed,
    job: JobView,
    catalogue: Catalogue,
    examples: Mapping[str, tuple[str, ...]],
    *,
    own: Sequence[str],
) -> list[HeaderMeaning]:
    """The columns that are not known, where the feed warns of such."""
    if feed.other_columns != "warn":
        return []
    found = header_meanings(catalogue, feed_rules(feed, own=own), job.report.header, examples)
    return [each for each in found if each.how == "unknown" and each.header.strip()]


def ignored_codes(feeds: Iterable[Feed]) -> set[tuple[int, str, str]]:
    rows = IgnoredCode.objects.filter(feed_id__in=[feed.pk for feed in feeds])
    return set(rows.values_list("feed_id", "field", "digest"))


def texts_of(job: JobView, codes: Collection[str] = CODES) -> list[Text]:
    """Return the texts that issues of these codes are about, the most frequent of each field."""
    if job.report.by_code.keys().isdisjoint(codes):
        return []
    with connection.cursor() as cursor:
        _SQL.run(cursor, "texts", job=job.number, codes=list(codes), most=MOST_TEXTS)
        return [Text(*row) for row in cursor.fetchall()]


def _names(jobs: Sequence[JobView]) -> dict[int, list[Text]]:
    """By the number of the import, without their rows."""
    found: dict[int, list[Text]] = {job.number: [] for job in jobs}
    with connection.cursor() as cursor:
        _SQL.run(cursor, "names", jobs=list(found), codes=list(CODES), most=MOST_TEXTS)
        for number, *text in cursor.fetchall():
            found[number].append(Text(*text))
    return found


def _since(
    feed: int, texts: Sequence[str], headers: Sequence[str]
) -> dict[tuple[str, str], datetime]:
    """Return when each was first seen: by field and text, or by "" and header."""
    if not texts and not headers:
        return {}
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"texts": list(texts), "headers": list(headers)}
        _SQL.run(cursor, "since", feed=feed, codes=list(CODES), schedule=SCHEDULE, **given)
        rows = cursor.fetchall()
    found: dict[tuple[str, str], datetime] = {}
    for field, text, header, at in rows:
        key = ("", header) if field is None else (field, text)
        found[key] = min(at, found.get(key, at))
    return found
