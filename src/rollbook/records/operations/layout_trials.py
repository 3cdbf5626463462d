"""A layout that takes another one's place: first what would be read otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from rollbook.core.mapping import HeaderMeaning, header_meanings
from rollbook.records.database import translated
from rollbook.records.operations.layouts import SavedLayout, save_layout, stored_layout
from rollbook.records.operations.mapping_files import ReadOtherwise, columns_otherwise
from rollbook.records.queries.feeds import feed_by_name, feed_rules, read_catalogue
from rollbook.records.queries.jobs import last_header
from rollbook.records.queries.layouts import feeds_set_to


@translated()
@transaction.atomic
def try_layout(document: Any, *, actor: str) -> tuple[SavedLayout, list[ReadOtherwise]]:
    """Return what saving a layout would come to, and what its feeds would read otherwise: columns
    of their newest files, and what the layout itself says. Nothing is kept. Raises LayoutRefused,
    UsageError."""
    checked = save_layout(document, actor=actor, dry_run=True)
    if checked.action != "changed":
        return checked, []
    name, stored = checked.name, stored_layout(checked.name)
    feeds = feeds_set_to(name)
    before = {feed: _meanings(feed) for feed in feeds}
    saved = save_layout(document, actor=actor)
    found = [
        each
        for feed in feeds
        for each in columns_otherwise(before[feed], _meanings(feed), where=f"column of {feed}")
    ]
    found += _said_otherwise(stored, stored_layout(name))
    transaction.set_rollback(True)
    return saved, found


def _meanings(feed: str) -> Sequence[HeaderMeaning]:
    row = feed_by_name(feed)
    return header_meanings(read_catalogue(), feed_rules(row), last_header(row))


def _said_otherwise(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ReadOtherwise]:
    for where, said in _sayings(before).items():
        other = _sayings(after)[where]
        for text in sorted({*said, *other}):
            if said.get(text) != other.get(text):
                old, new = said.get(text, "nothing"), other.get(text, "nothing")
                yield ReadOtherwise(where, text, old, new)


def _sayings(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return all that a layout says of its files: what of, a text, and what is said of it."""
    return {
        "what a column holds": {
            header: each["holds"] for each in document["columns"] for header in each["headers"]
        },
        "recognized by": {" or ".join(group): "needed" for group in document["signs"]},
        "header of other exports": dict.fromkeys(document["others"], "refused"),
        "known header": dict.fromkeys(document["ignored"], "not read"),
        "only in exports of": {
            header: subject for subject, own in document["subjects"].items() for header in own
        },
        "last day of a window": {season: f"{m}/{d}" for season, (m, d) in document["seasons"]},
        "rows that are meant": {each["column"]: _words_of_rows(each) for each in document["rows"]},
        "code": {
            f"{field}: {text}": meant
            for field, texts in document["values"].items()
            for text, meant in texts.items()
        },
        "word for the window": document["window_words"],
        "word for the subject": document["subject_words"],
        "word for the primary enrollment": document.get("primary_words", {}),
        "what a header says of its test": {
            f"{{{name}}}": ", ".join(texts) for name, texts in document.get("parts", {}).items()
        },
    }


def _words_of_rows(rows: Mapping[str, Any]) -> str:
    words = ", ".join(rows.get("words", ())) or f"as in {rows['as_in']}"
    return f"{words}, or blank" if "blank" in rows else words
