"""The district's own layouts: made, changed, removed. Every change is audited as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from rollbook.core.errors import FieldsRefused, UsageError
from rollbook.core.layouts.builtin import BY_NAME
from rollbook.core.layouts.checks import layout_faults
from rollbook.core.layouts.document import document_of, layout_of_document
from rollbook.core.limited_json import NoJson, read_json
from rollbook.records.database import translated
from rollbook.records.models import Feed, OwnLayout
from rollbook.records.operations import audit
from rollbook.records.operations.seen import check_seen
from rollbook.records.queries.layouts import feeds_set_to

MOST: Final = 100
"""Own layouts. Each file is compared with all of them where its feed says nothing."""

_MOST_SAID: Final = 20


class LayoutRefused(FieldsRefused):
    """The layout wasn't saved: {why}

    Nothing was changed."""

    reason = "layout_refused"


class LayoutInUse(UsageError):
    """The layout {name} is in use by {feeds}, whose files could no longer be read.

    Nothing was changed.

    Set these feeds to another layout first."""

    reason = "layout_in_use"


class NotOwnLayout(UsageError):
    """{name} isn't one of your district's own layouts.

    Nothing was changed.

    Built-in layouts stay as they are; make one of your own from one."""

    reason = "not_own_layout"


class LayoutExists(UsageError):
    """There is already a layout named {name}.

    Nothing was changed.

    Choose another name, or change that one."""

    reason = "layout_exists"


@dataclass(frozen=True, slots=True)
class SavedLayout:
    """`feeds` are set to it: their next import reads their files by it."""

    name: str
    action: str
    """added, changed or unchanged."""
    feeds: tuple[str, ...] = ()


def read_layout_file(data: bytes) -> Any:
    """Return the document in a file that anybody may have written. Raises LayoutRefused."""
    try:
        return read_json(data)
    except NoJson as error:
        raise LayoutRefused({"file": str(error)}) from error


@translated()
@transaction.atomic
def save_layout(
    document: Any, *, actor: str, is_new: bool = False, dry_run: bool = False, seen: str = ""
) -> SavedLayout:
    """Keep an own layout, a new one or in place of the one that has its name.

    `is_new`: there must be none of this name yet. `seen`: the version of `stored_layout` that the
    page showed. It applies from the next import, also to the same bytes. Raises LayoutRefused,
    LayoutExists, ChangedMeanwhile, UsageError.
    """
    kept = _checked(document)
    name = kept["name"]
    row = _locked(name)
    check_seen(seen, None if row is None else row.document, what=f"the layout {name}")
    if row is None:
        if OwnLayout.objects.count() >= MOST:
            raise UsageError(
                what=f"There are {MOST} layouts of your district's own, the most that are kept.",
                advice="Remove one that no feed uses.",
            )
        if dry_run or _is_added(kept, actor=actor):
            return SavedLayout(name, "added", tuple(feeds_set_to(name)))
        row = _locked(name)  # another hand has added it in this moment
    if row is None or is_new:
        raise LayoutExists(name=name, field="name")
    before = row.document
    if _in_order(before) == _in_order(kept):
        return SavedLayout(name, "unchanged")
    saved = SavedLayout(name, "changed", tuple(feeds_set_to(name)))
    if not dry_run:
        row.document, row.changed_by, row.changed_at = kept, actor, timezone.now()
        row.save()
        audit.record(
            actor,
            "layout.changed",
            subject=name,
            before=_differing(before, kept),
            after=_differing(kept, before),
        )
    return saved


def stored_layout(name: str) -> Any:
    """Return the document of an own layout as it is stored; None where there is none."""
    return OwnLayout.objects.filter(name=name).values_list("document", flat=True).first()


def _checked(document: Any) -> dict[str, Any]:
    """Return a document with all its parts. Raises LayoutRefused."""
    faults: dict[str, str] = {}
    for part, sentence in layout_faults(document)[:_MOST_SAID]:
        faults[part] = f"{faults[part]} {sentence}" if part in faults else sentence
    if faults:
        raise LayoutRefused(faults)
    return document_of(layout_of_document(document))


def _locked(name: str) -> OwnLayout | None:
    return OwnLayout.objects.select_for_update().filter(name=name).first()


def _is_added(kept: dict[str, Any], *, actor: str) -> bool:
    """Add it; False where another hand is quicker, for which this waits."""
    set_ = {"document": kept, "changed_by": actor, "changed_at": timezone.now()}
    _, is_added = OwnLayout.objects.get_or_create(name=kept["name"], defaults=set_)
    if is_added:
        audit.record(actor, "layout.added", subject=kept["name"], after=kept)
    return is_added


def _in_order(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document whose columns and rows are in an order that does not depend on how it was
    written: nothing is read otherwise for it. Of two headers with * the first one counts."""
    columns = document["columns"]
    if not any("*" in header for each in columns for header in each["headers"]):
        columns = sorted(columns, key=lambda each: str(each["holds"]))
    rows = sorted(document.get("rows", ()), key=lambda each: str(each["column"]))
    return {**document, "columns": columns, "rows": rows}


@translated()
@transaction.atomic
def remove_layout(name: str, *, actor: str) -> None:
    """Remove an own layout that no feed is set to. Raises NotOwnLayout, LayoutInUse."""
    row = (
        None if name in BY_NAME else OwnLayout.objects.select_for_update().filter(name=name).first()
    )
    if row is None:
        raise NotOwnLayout(name=name)
    # Feeds that are being set to it wait here, or are seen.
    list(Feed.objects.select_for_update().filter(removed_at=None).order_by("pk").values_list("pk"))
    feeds = feeds_set_to(name)
    if feeds:
        shown = ", ".join(feeds[:10]) + (" and others" if len(feeds) > 10 else "")
        raise LayoutInUse(name=name, feeds=shown)
    before = row.document
    row.delete()
    audit.record(actor, "layout.removed", subject=name, before=before)


def _differing(document: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {part: value for part, value in document.items() if other.get(part) != value}
