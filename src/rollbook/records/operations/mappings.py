"""A feed's own mapping: headers, values, blank markers. Every change is audited as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from rollbook.core.catalogue.students import Catalogue, normalize_header
from rollbook.core.catalogue.verdict import OUTER_BLANKS, folded_marker
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import IGNORE
from rollbook.core.mapping import (
    LONGEST_TEXT,
    MeaningIsBlank,
    check_header,
    check_marker,
    check_value,
    field_named,
    lost_meanings,
)
from rollbook.records.database import translated
from rollbook.records.models import Feed
from rollbook.records.operations import audit
from rollbook.records.operations.feed_versions import keep_version
from rollbook.records.operations.mapping_standing import Standing
from rollbook.records.operations.reasons import check_reason
from rollbook.records.operations.seen import Seen
from rollbook.records.queries.feed_versions import kept_settings
from rollbook.records.queries.feeds import feed_by_name, locked_feed, read_catalogue


@dataclass(frozen=True, slots=True)
class MappingChange:
    """What is to be forgotten and then what is to be added, all of it or nothing."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """Header as the file writes it -> field name, or IGNORE."""
    values: Sequence[tuple[str, str, str]] = ()
    """Field name, text as the file writes it, text to read instead ("" for blank)."""
    blank_markers: Sequence[str] = ()
    forgotten_headers: Sequence[str] = ()
    forgotten_values: Sequence[tuple[str, str]] = ()
    forgotten_markers: Sequence[str] = ()
    other_columns: str | None = None
    """As in FeedRules; None: as it is."""


def map_header(feed: str, header: str, meaning: str, *, actor: str) -> Feed:
    """Map `header` to the field `meaning`, or to IGNORE. Raises UsageError."""
    return change_mapping(feed, MappingChange(headers={header: meaning}), actor=actor)


def rename_header(
    feed: str, before: str, header: str, name: str, *, actor: str, seen: Seen | None = None
) -> Feed:
    """Map `header` to the field whose column was called `before`, which is mapped no longer.

    `seen` as for `change_feed`. Raises UsageError.
    """
    known = feed_by_name(feed).headers
    gone = [text for text in _same_header(known, before) if known[text] == name]
    change = MappingChange(headers={header: name}, forgotten_headers=gone)
    return change_mapping(feed, change, actor=actor, reason="Renamed in the export", seen=seen)


def unmap_header(feed: str, header: str, *, actor: str) -> Feed:
    """Leave `header` to the catalogue again. Raises UsageError."""
    return change_mapping(feed, MappingChange(forgotten_headers=[header]), actor=actor)


def map_value(feed: str, field_name: str, text: str, meant: str, *, actor: str) -> Feed:
    """Read `meant` wherever the field's cell is `text`; "" is blank. Raises UsageError."""
    return change_mapping(feed, MappingChange(values=[(field_name, text, meant)]), actor=actor)


def unmap_value(feed: str, field_name: str, text: str, *, actor: str) -> Feed:
    """Read `text` as it is again. Raises UsageError."""
    return change_mapping(feed, MappingChange(forgotten_values=[(field_name, text)]), actor=actor)


def add_blank_marker(feed: str, text: str, *, actor: str) -> Feed:
    """Let `text` mean blank, outside names, schools and identifiers. Raises UsageError."""
    return change_mapping(feed, MappingChange(blank_markers=[text]), actor=actor)


def remove_blank_marker(feed: str, text: str, *, actor: str) -> Feed:
    """Let `text` no longer mean blank. Raises UsageError."""
    return change_mapping(feed, MappingChange(forgotten_markers=[text]), actor=actor)


@translated()
@transaction.atomic
def change_mapping(
    feed: str,
    change: MappingChange,
    *,
    actor: str,
    reason: str = "",
    seen: Seen | None = None,
) -> Feed:
    """Change the feed's mapping, all of `change` or nothing of it. Raises UsageError.

    It applies from the next import, also to the same bytes. `seen` as for `change_feed`.
    """
    check_reason(reason, is_needed=False)
    # Of two administrators at once, the second one's change is added to the first one's.
    row = locked_feed(feed)
    if seen is not None:
        seen.check(row, what=f"the columns of {feed}")
    catalogue = read_catalogue()
    before, standing = _mapping_of(row), Standing.of(row, catalogue)
    row.headers = _headers(row.headers, change, catalogue)
    row.blank_markers = _markers(row.blank_markers, change, catalogue)
    row.values = _values(row.values, change, catalogue)
    row.other_columns = change.other_columns or row.other_columns
    _check_meanings(before, _mapping_of(row), catalogue)
    standing.check(row, catalogue)
    save_mapping(row, before, _mapping_of(row), actor=actor, reason=reason)
    return row


def save_mapping(
    row: Feed,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    actor: str,
    reason: str = "",
) -> None:
    """Write the columns of the mapping that have become others, and the event about them."""
    changed = [part for part in before if before[part] != after[part]]
    if changed:
        keep_version(row, kept_settings(row) | dict(before), actor=actor, reason=reason)
        row.save(update_fields=[*changed, "version"])
        audit.record(
            actor,
            "feed.mapping_changed",
            subject=row.name,
            before={part: before[part] for part in changed},
            after={part: after[part] for part in changed} | ({"reason": reason} if reason else {}),
        )


def whole_mapping(change: MappingChange, catalogue: Catalogue) -> dict[str, Any]:
    """Return a feed's columns where its mapping is what `change` adds alone. Raises UsageError."""
    mapping: dict[str, Any] = {
        "headers": _headers({}, change, catalogue),
        "values": _values({}, change, catalogue),
        "blank_markers": _markers([], change, catalogue),
    }
    _check_meanings({"values": {}, "blank_markers": []}, mapping, catalogue)
    return mapping


def _check_meanings(
    before: Mapping[str, Any], after: Mapping[str, Any], catalogue: Catalogue
) -> None:
    """Raise MeaningIsBlank where a change lets a value mean one of the blank markers."""
    there, now = (
        lost_meanings(each["values"], each["blank_markers"], catalogue) for each in (before, after)
    )
    for name, text, meant in now:
        if (name, text, meant) in there:
            continue
        is_new_marker = folded_marker(meant) not in map(folded_marker, before["blank_markers"])
        was_meant = before["values"].get(name, {}).get(text) == meant
        raise MeaningIsBlank(
            text=text,
            meant=meant,
            name=field_named(name, catalogue).header,
            field="blank_marker" if is_new_marker and was_meant else "meant",
        )


def _mapping_of(row: Feed) -> dict[str, Any]:
    return {
        "headers": row.headers,
        "values": row.values,
        "blank_markers": row.blank_markers,
        "other_columns": row.other_columns,
    }


def _headers(
    known: Mapping[str, str], change: MappingChange, catalogue: Catalogue
) -> dict[str, str]:
    """Return the new mapping of headers. Those that read alike are one."""
    kept = dict(known)
    for header in change.forgotten_headers:
        same = _same_header(kept, header)
        if not same:
            raise _not_there("header", header, known, field="forgotten_header")
        kept = {text: name for text, name in kept.items() if text not in same}
    said: dict[str, str] = {}
    for given, meaning in change.headers.items():
        if said.setdefault(normalize_header(given), meaning) != meaning:
            raise UsageError(what=f"You gave the column “{given}” two meanings.", field="header")
        header = " ".join(given.split()).strip(OUTER_BLANKS)
        check_header(header, meaning, catalogue)
        for text in _same_header(kept, header):
            del kept[text]
        owner = next((text for text, name in kept.items() if name == meaning != IGNORE), None)
        if owner is not None:
            raise UsageError(
                what=f"The header “{owner}” is matched to {meaning} already, and a field takes "
                f"one column.",
                advice="Remove that match first, or ignore one of them.",
                field="header",
            )
        kept[header] = meaning
    return kept


def _same_header(known: Mapping[str, str], header: str) -> list[str]:
    return [text for text in known if normalize_header(text) == normalize_header(header)]


def _markers(known: Sequence[str], change: MappingChange, catalogue: Catalogue) -> list[str]:
    kept = list(known)
    for text in change.forgotten_markers:
        same = [each for each in kept if folded_marker(each) == folded_marker(text)]
        if not same:
            raise _not_there("blank marker", text, known, field="forgotten_marker")
        kept = [each for each in kept if each not in same]
    for text in change.blank_markers:
        check_marker(text.strip(OUTER_BLANKS), catalogue)
        if folded_marker(text) not in map(folded_marker, kept):
            kept.append(text.strip(OUTER_BLANKS))
    return sorted(kept)


def _values(
    known: Mapping[str, Mapping[str, str]], change: MappingChange, catalogue: Catalogue
) -> dict[str, dict[str, str]]:
    kept = {name: dict(texts) for name, texts in known.items()}
    for name, given in change.forgotten_values:
        texts = kept.get(name, {})
        if texts.pop(given.strip(OUTER_BLANKS), None) is None:
            raise _not_there(f"value of {name}", given, texts, field="forgotten_value")
    said: dict[tuple[str, str], str] = {}
    for name, text, meant in change.values:
        text, meant = text.strip(OUTER_BLANKS), meant.strip(OUTER_BLANKS)
        check_value(field_named(name, catalogue), text, meant)
        if said.setdefault((name, text), meant) != meant:
            raise UsageError(what=f"You gave “{text}” of {name} two meanings.", field="value")
        kept.setdefault(name, {})[text] = meant
    return {name: texts for name, texts in kept.items() if texts}


def _not_there(
    kind: str, text: str, known: Sequence[str] | Mapping[str, Any], *, field: str
) -> UsageError:
    there = ", ".join(f"“{each}”" for each in known)
    return UsageError(
        what=f"The {kind} “{text[:LONGEST_TEXT]}” isn't in the feed's mapping.",
        advice=f"Those that are in it: {there}." if there else "It has none of this kind.",
        field=field,
    )
