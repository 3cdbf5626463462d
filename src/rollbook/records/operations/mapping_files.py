"""A feed's mapping and layout as a file: exported, tried, brought into this or another feed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from rollbook.core.errors import UsageError
from rollbook.core.layouts.builtin import BY_NAME
from rollbook.core.layouts.document import FORMAT as OF_LAYOUT
from rollbook.core.limited_json import NoJson, read_json
from rollbook.core.mapping import HeaderMeaning, header_meanings
from rollbook.records.database import translated
from rollbook.records.models import Feed, OwnLayout
from rollbook.records.operations.feed_checks import check_settings
from rollbook.records.operations.layouts import LayoutRefused, save_layout
from rollbook.records.operations.mapping_standing import Standing
from rollbook.records.operations.mappings import (
    MappingChange,
    save_mapping,
    whole_mapping,
)
from rollbook.records.operations.seen import Seen
from rollbook.records.queries.feed_columns import IN_JSON, mapping_fault
from rollbook.records.queries.feeds import feed_by_name, feed_rules, locked_feed, read_catalogue
from rollbook.records.queries.jobs import last_header

FORMAT: Final = "rollbook_mapping"
VERSION: Final = 1
PARTS: Final = ("headers", "values", "blank_markers", "other_columns", "layout")
OWN_LAYOUT: Final = "own_layout"
EVERY_COLUMN: Final = "every column"

_EMPTY: Final[Mapping[str, Any]] = {
    "headers": {}, "values": {}, "blank_markers": [], "other_columns": "warn", "layout": "auto",
}  # fmt: skip


class MappingFileRefused(UsageError):
    """This mapping file can't be used: {why}

    Nothing was changed."""

    reason = "mapping_file_refused"

    def __init__(self, why: str) -> None:
        super().__init__(why=why[:1000])


@dataclass(frozen=True, slots=True)
class ReadOtherwise:
    """A column of the feed's newest file, or a text in a field, that means something else."""

    where: str
    """“column”, a field's header, EVERY_COLUMN, or “every file” of a setting."""
    text: str
    before: str
    after: str


def mapping_document(feed: Feed) -> dict[str, Any]:
    """Return what a feed makes of its files' headers and values, to be brought into another."""
    document: dict[str, Any] = {FORMAT: VERSION} | {part: getattr(feed, part) for part in PARTS}
    own = OwnLayout.objects.filter(name=feed.layout).first()
    return document if own is None else document | {OWN_LAYOUT: own.document}


def read_mapping_file(data: bytes) -> Any:
    """Return the document in a file that anybody may have written. Raises MappingFileRefused."""
    try:
        return read_json(data)
    except NoJson as error:
        raise MappingFileRefused(str(error)) from error


def copy_mapping(
    feed: str, from_feed: str, *, actor: str, dry_run: bool = False
) -> list[ReadOtherwise]:
    """Give a feed the mapping and layout of another one. Raises UsageError."""
    document = mapping_document(feed_by_name(from_feed))
    return bring_mapping(feed, document, actor=actor, dry_run=dry_run)


@translated()
@transaction.atomic
def bring_mapping(
    feed: str, document: Any, *, actor: str, dry_run: bool = False, seen: Seen | None = None
) -> list[ReadOtherwise]:
    """Let a document take the place of the feed's mapping and layout; return what is read
    otherwise, of the newest file's header. Raises MappingFileRefused, UsageError.

    It applies from the next import, also to the same bytes. `seen` as for `change_feed`.
    """
    _check(document)
    row, catalogue = locked_feed(feed), read_catalogue()
    if seen is not None:
        seen.check(row, what=f"the mapping of {feed}")
    standing = Standing.of(row, catalogue)
    before = {part: getattr(row, part) for part in PARTS}
    wanted = {**_EMPTY, **{part: document[part] for part in PARTS if part in document}}
    header = last_header(row)
    listed = [*header, *sorted({*row.headers, *wanted["headers"]} - {*header})]
    meant = header_meanings(catalogue, feed_rules(row), listed)
    if OWN_LAYOUT in document:
        _take_layout(document[OWN_LAYOUT], str(wanted["layout"]), actor=actor)
    for part in ("other_columns", "layout"):
        try:
            check_settings({part: wanted[part]})
        except UsageError as error:
            why = f"“{part}” is “{wanted[part][:100]}”. {error.message.what} {error.message.advice}"
            raise MappingFileRefused(why) from error
    after = {**wanted, **whole_mapping(_change_to(wanted), catalogue)}
    for part, value in after.items():
        setattr(row, part, value)
    standing.check(row, catalogue)
    headers = {name: field.header for name, field in catalogue.by_name.items()}
    settings = ((part, str(before[part]), str(after[part])) for part in ("layout", "other_columns"))
    found = [
        *(ReadOtherwise("every file", *each) for each in settings if each[1] != each[2]),
        *columns_otherwise(meant, header_meanings(catalogue, feed_rules(row), listed)),
        *_values(before["values"], after["values"], headers),
        *_markers(before["blank_markers"], after["blank_markers"]),
    ]
    if dry_run:
        transaction.set_rollback(True)
    else:
        save_mapping(row, before, after, actor=actor)
    return found


def _change_to(wanted: Mapping[str, Any]) -> MappingChange:
    """Return what makes the mapping of a document out of none."""
    values = [
        (name, text, meaning)
        for name, texts in wanted["values"].items()
        for text, meaning in texts.items()
    ]
    return MappingChange(
        headers=wanted["headers"], values=values, blank_markers=wanted["blank_markers"]
    )


def _check(document: Any) -> None:
    if isinstance(document, dict) and OF_LAYOUT in document:
        raise MappingFileRefused("It's a layout. Add it under Feeds, Layouts.")
    if not isinstance(document, dict) or repr(document.get(FORMAT)) != str(VERSION):
        raise MappingFileRefused(f"It has no “{FORMAT}”: {VERSION}, which this version reads.")
    for part in document:
        if part not in (FORMAT, OWN_LAYOUT, *PARTS):
            raise MappingFileRefused(f"“{part[:100]}” isn't a part of a mapping. Take it out.")
    for part in ("headers", "values", "blank_markers"):
        if fault := mapping_fault(part, document.get(part, _EMPTY[part]), IN_JSON):
            raise MappingFileRefused(f"“{part}”: {fault}")
    for part in ("other_columns", "layout"):
        if not isinstance(document.get(part, ""), str):
            raise MappingFileRefused(f"“{part}” is a text.")


def _take_layout(document: Any, name: str, *, actor: str) -> None:
    """Keep the own layout that came with a mapping, unless it is here already."""
    if not isinstance(document, dict) or not isinstance(document.get("name"), str):
        raise MappingFileRefused(f"“{OWN_LAYOUT}” isn't a layout with a name.")
    if document["name"] != name or name in BY_NAME:
        raise MappingFileRefused(
            f"“{OWN_LAYOUT}” has the name “{document['name'][:100]}”, and “layout” is "
            f"“{name[:100]}”. Write the same name in both, one that begins with own-."
        )
    try:
        saved = save_layout(document, actor=actor, dry_run=True)
    except LayoutRefused as error:
        raise MappingFileRefused(f"“{OWN_LAYOUT}”: {' '.join(error.faults.values())}") from error
    if saved.action == "changed":
        raise MappingFileRefused(
            f"There is another layout {name} here; give one of the two another name."
        )
    if saved.action == "added":
        save_layout(document, actor=actor)


def columns_otherwise(
    before: Sequence[HeaderMeaning], after: Sequence[HeaderMeaning], *, where: str = "column"
) -> Iterator[ReadOtherwise]:
    """Yield the columns of one header that mean something else afterwards."""
    for one, other in zip(before, after, strict=True):
        if _meaning(one) != _meaning(other):
            yield ReadOtherwise(where, one.header, _meaning(one), _meaning(other))


def _meaning(column: HeaderMeaning) -> str:
    if column.field is not None:
        return column.field.header
    return column.held or {"ignored": "ignored", "passed over": "ignored"}.get(
        column.how, "not known"
    )


def _values(
    before: Mapping[str, Mapping[str, str]],
    after: Mapping[str, Mapping[str, str]],
    headers: Mapping[str, str],
) -> Iterator[ReadOtherwise]:
    for name in sorted({*before, *after}):
        old, new = before.get(name, {}), after.get(name, {})
        for text in sorted({*old, *new}):
            if old.get(text) != new.get(text):
                where = headers.get(name, name)
                yield ReadOtherwise(where, text, _text(old.get(text)), _text(new.get(text)))


def _text(meant: str | None) -> str:
    return "as it is" if meant is None else meant or "blank"


def _markers(before: Sequence[str], after: Sequence[str]) -> Iterator[ReadOtherwise]:
    for text in sorted({*before} ^ {*after}):
        old, new = ("blank", "as it is") if text in before else ("as it is", "blank")
        yield ReadOtherwise(EVERY_COLUMN, text, old, new)
