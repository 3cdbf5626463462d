"""A feed's own mapping: what its headers and values mean. Every change is audited."""

from typing import Any, Final

from django.db import transaction

from rollbook.core.catalogue.field import Grade, Identifier, Name, Percent
from rollbook.core.catalogue.students import Catalogue, normalise_header
from rollbook.core.errors import UsageError
from rollbook.core.rules import IGNORE, FeedRules
from rollbook.records.database import translated
from rollbook.records.models import Feed
from rollbook.records.operations import audit
from rollbook.records.queries import read_catalogue

NEVER_BLANK: Final = frozenset({"yes", "no", "y", "n", "true", "false", "met", "not met"})
"""Texts that mean something in every file; as blank markers they would lose values."""


def map_header(feed: Feed, header: str, target: str, *, actor: str) -> None:
    """Say that `header` is the field `target`, or that it is to be ignored (IGNORE).

    Raises UsageError for an unknown field and one that another header of the mapping has.
    """
    if not normalise_header(header):
        raise UsageError(what="A header without a letter or digit cannot be mapped.")
    if target != IGNORE:
        _check_field(read_catalogue(), target)
    headers = _without(feed.headers, header)
    taken = next((known for known, name in headers.items() if target and name == target), None)
    if taken is not None:
        raise UsageError(
            what=f"“{taken}” is mapped to {target} already. Nothing was changed. Remove that "
            "first: two columns cannot be the same field."
        )
    _save(feed, actor, headers=headers | {header: target})


def unmap_header(feed: Feed, header: str, *, actor: str) -> None:
    """Let the catalogue alone say again what `header` means."""
    _save(feed, actor, headers=_without(feed.headers, header))


def map_value(feed: Feed, field: str, text: str, meant: str, *, actor: str) -> None:
    """Say that the cell `text` of a field means `meant`, which the field itself must accept.

    Raises UsageError.
    """
    known = read_catalogue()
    _check_field(known, field)
    kind = known.by_name[field].type
    if isinstance(kind, Identifier | Name):
        raise UsageError(
            what="Numbers and names of students are imported as they are and cannot be mapped. "
            "Nothing was changed."
        )
    judged = (
        kind.judge_at_scale(meant, rules=FeedRules(), factor=1)
        if isinstance(kind, Percent)
        else kind.judge(meant, FeedRules())
    )
    if meant.strip() and judged.refused:
        raise UsageError(
            what=f"{known.by_name[field].header} does not accept that: {judged.message} Nothing "
            "was changed."
        )
    values = {name: dict(texts) for name, texts in feed.values.items()}
    values.setdefault(field, {})[text.strip()] = meant.strip()
    _save(feed, actor, values=values)


def unmap_value(feed: Feed, field: str, text: str, *, actor: str) -> None:
    """Let the field alone say again what `text` means."""
    values = {name: dict(texts) for name, texts in feed.values.items()}
    values.get(field, {}).pop(text.strip(), None)
    _save(feed, actor, values={name: texts for name, texts in values.items() if texts})


def add_blank_marker(feed: Feed, text: str, *, actor: str) -> None:
    """Say that `text` means "not known" in this feed. Raises UsageError for what is a value."""
    marker = text.strip()
    is_grade = Grade().judge(marker, FeedRules()).value is not None
    if not marker or marker.casefold() in NEVER_BLANK or marker[:1].isdigit() or is_grade:
        raise UsageError(
            what=f"“{marker}” is a value in its own right, so it cannot mean “not known”. Nothing "
            "was changed. Map the value of the one column that is meant."
        )
    _save(feed, actor, blank_markers=sorted({*feed.blank_markers, marker}))


def remove_blank_marker(feed: Feed, text: str, *, actor: str) -> None:
    """Take `text` for what it says again."""
    _save(feed, actor, blank_markers=[one for one in feed.blank_markers if one != text.strip()])


@translated()
@transaction.atomic
def _save(feed: Feed, actor: str, **changed: Any) -> None:
    before = {column: getattr(feed, column) for column in changed}
    if before == changed:
        return
    for column, value in changed.items():
        setattr(feed, column, value)
    feed.save(update_fields=list(changed))
    audit.record(actor, "feed.mapping_changed", subject=feed.name, before=before, after=changed)


def _without(headers: dict[str, str], header: str) -> dict[str, str]:
    key = normalise_header(header)
    return {text: name for text, name in headers.items() if normalise_header(text) != key}


def _check_field(catalogue: Catalogue, name: str) -> None:
    if name in catalogue.by_name:
        return
    near = ", ".join(field.name for field in catalogue.nearest(name)) or "none comes near"
    raise UsageError(
        what=f"There is no field {name}. Nothing was changed. The nearest: {near}. All fields are "
        "listed in docs/reference/fields.md."
    )
