"""What the texts of a feed's newest file are read as: its codes, and its words for blank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rollbook.core.blank_candidates import Unread, blank_candidates
from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.verdict import OUTER_BLANKS, folded_marker
from rollbook.core.feed_settings import rules_used
from rollbook.core.mapped_texts import MappedTexts
from rollbook.records.database import translated
from rollbook.records.models import Feed, Job
from rollbook.records.queries.feeds import feed_rules
from rollbook.records.queries.inbox import (
    CODES,
    Text,
    choices_of,
    ignored_codes,
    new_codes,
    texts_of,
)
from rollbook.records.queries.inbox_items import FullColumn, NewCode, digest_of
from rollbook.records.queries.jobs import JobView, job_view

NOT_A_NUMBER: Final = "NOT_A_NUMBER"
"""Of an issue: a word in a column of numbers."""


@dataclass(frozen=True, slots=True)
class Code:
    """A text of a field: one that the feed says the meaning of, or one that is not known."""

    field: Field
    header: str
    """Of its column; the field's own where the newest file has no such column."""
    text: str
    rows: int | None
    """Of the newest file; None where they were not counted."""
    meant: str | None
    """What the feed reads instead, "" for blank; None where it says nothing."""
    choices: Sequence[str]
    """What may be chosen, besides blank."""
    nearest: str = ""
    is_kept: bool = False
    """Whether a text that is not known is imported as it is; others are not imported."""
    is_ignored: bool = False
    """Whether the inbox does not ask about it."""

    @property
    def key(self) -> str:
        return digest_of(self.text)

    @property
    def is_own(self) -> bool:
        """A value of the district's own."""
        return self.meant == self.text


@dataclass(frozen=True, slots=True)
class BlankMarker:
    """A text that means blank in every column of the feed, or that probably does."""

    text: str
    rows: int | None
    headers: Sequence[str]
    """Of the columns that have it."""
    is_set: bool

    @property
    def key(self) -> str:
        return digest_of(self.text)


@dataclass(frozen=True, slots=True)
class FeedCodes:
    """What is in the file of the import `job`, and in the mapping of now."""

    job: JobView | None
    codes: Sequence[Code]
    """Those that are not known first; then by field."""
    full: Sequence[FullColumn]
    markers: Sequence[BlankMarker]

    @property
    def shows_values(self) -> bool:
        """Whether a text of the file is here that is no setting of the feed."""
        is_new = any(each.meant is None for each in self.codes)
        return is_new or any(not each.is_set for each in self.markers)


@translated()
def codes_of(feed: Feed, catalogue: Catalogue) -> FeedCodes:
    """Return the codes and blank markers of a feed, as its newest file has them."""
    row = Job.imports.of_feed(feed.pk).with_header().newest()
    job = None if row is None else job_view(row)
    texts = [] if job is None else texts_of(job, (*CODES, NOT_A_NUMBER))
    coded = [each for each in texts if each.code != NOT_A_NUMBER]
    new = list(new_codes(feed, coded, (), catalogue))
    ignored = {(field, digest) for _, field, digest in ignored_codes([feed])}
    unknown = [
        Code(
            each.field,
            each.header or each.field.header,
            each.text,
            each.rows,
            None,
            each.choices,
            each.nearest,
            each.is_kept,
            (each.field.name, each.key) in ignored,
        )
        for each in new
        if isinstance(each, NewCode)
    ]
    found = _Found.of(job, texts)
    return FeedCodes(
        job,
        [*unknown, *_mapped(feed, catalogue, found)],
        [each for each in new if isinstance(each, FullColumn)],
        _markers(feed, catalogue, texts, found),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """How many rows of the newest file have a text of the mapping of now."""

    counted: MappedTexts | None
    """What the mapping of then was met in."""
    values: Mapping[str, Mapping[str, str]]
    markers: frozenset[str]
    """The mapping of then; the markers as they are compared."""
    headers: Mapping[str, str]
    reported: Mapping[tuple[str, str], int]
    """Field and text -> rows of those that were problems then."""

    @classmethod
    def of(cls, job: JobView | None, texts: Sequence[Text]) -> "_Found":
        reported = {(each.field, each.text.strip(OUTER_BLANKS)): each.rows for each in texts}
        headers = {each.field: each.header for each in texts if each.header}
        if job is None:
            return cls(None, {}, frozenset(), headers, reported)
        then = rules_used(job.report.rules)
        folded = frozenset(folded_marker(each) for each in then.blank_markers)
        headers = {**headers, **job.report.filled.headers}
        return cls(job.report.mapped, then.values, folded, headers, reported)

    def rows_of(self, field: str, text: str) -> int | None:
        if self.counted is not None and text in self.values.get(field, {}):
            return self.counted.values.get(field, {}).get(text, 0)
        return self.reported.get((field, text))

    def rows_of_marker(self, marker: str) -> dict[str, int] | None:
        """By field."""
        if self.counted is not None and folded_marker(marker) in self.markers:
            return {
                field: rows
                for field, texts in self.counted.markers.items()
                for text, rows in texts.items()
                if folded_marker(text) == folded_marker(marker) and rows
            }
        found: dict[str, int] = {}
        for (field, text), rows in self.reported.items():
            if folded_marker(text) == folded_marker(marker):
                found[field] = found.get(field, 0) + rows
        return found or None


def _mapped(feed: Feed, catalogue: Catalogue, found: _Found) -> list[Code]:
    place = {field.name: at for at, field in enumerate(catalogue.fields)}
    names = sorted((name for name in feed.values if name in place), key=place.__getitem__)
    return [
        Code(
            field := catalogue.by_name[name],
            found.headers.get(name, field.header),
            text,
            found.rows_of(name, text),
            meant,
            _choices(field, text, feed.values[name]),
        )
        for name in names
        for text, meant in sorted(feed.values[name].items())
    ]


def _choices(field: Field, text: str, texts: Mapping[str, str]) -> tuple[str, ...]:
    """What the field knows, the district's own levels, and what the text means now."""
    own = [meant for given, meant in texts.items() if given == meant != text]
    meant = texts[text]
    found = choices_of(field, own) or tuple(own)
    return (*found, meant) if meant not in ("", text, *found) else found


def _markers(
    feed: Feed, catalogue: Catalogue, texts: Sequence[Text], found: _Found
) -> list[BlankMarker]:
    set_: list[BlankMarker] = []
    for marker in feed.blank_markers:
        rows = found.rows_of_marker(marker)
        headers = [found.headers.get(name, name) for name in rows or ()]
        set_.append(
            BlankMarker(marker, None if rows is None else sum(rows.values()), headers, True)
        )
    unread = [Unread(each.field, each.header, each.text, each.rows) for each in texts]
    return set_ + [
        BlankMarker(each.text, each.rows, each.headers, False)
        for each in blank_candidates(unread, catalogue, feed_rules(feed))
    ]


def codes_object(feed: str, found: FeedCodes) -> dict[str, Any]:
    """Return the same as an object for JSON, from the command line and from the API."""
    return {
        "feed": feed,
        "job": found.job.number if found.job else None,
        "codes": [
            {
                "field": each.field.name,
                "column": each.header,
                "text": each.text,
                "rows": each.rows,
                "meaning": each.meant,
                "nearest": each.nearest or None,
                "is_kept": each.is_kept,
            }
            for each in found.codes
        ],
        "columns_of_many_texts": [
            {"field": each.field.name, "column": each.header, "rows": each.rows}
            for each in found.full
        ],
        "blanks": [
            {
                "text": each.text,
                "rows": each.rows,
                "columns": list(each.headers),
                "is_set": each.is_set,
            }
            for each in found.markers
        ],
    }
