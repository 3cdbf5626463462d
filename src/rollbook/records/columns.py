"""What the columns of a header mean under a feed's mapping, and where that comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import Catalogue, is_ignored_header, normalise_header
from rollbook.core.rules import FeedRules


class Found(StrEnum):
    """How the meaning of a column was found."""

    KNOWN = "known"
    MAPPED = "mapped"
    IGNORED = "ignored"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """One column of a header. `nearest` are fields whose names look like an unknown one's."""

    header: str
    found: Found
    field: Field | None
    nearest: tuple[Field, ...] = ()


def meanings(
    header: Sequence[str], catalogue: Catalogue, rules: FeedRules
) -> tuple[ColumnMeaning, ...]:
    """Return what each column of `header` means."""
    return tuple(_meaning(text, catalogue, rules) for text in header)


def _meaning(text: str, catalogue: Catalogue, rules: FeedRules) -> ColumnMeaning:
    if is_ignored_header(text, rules):
        return ColumnMeaning(text, Found.IGNORED, None)
    field = catalogue.find(text, rules)
    if field is None:
        return ColumnMeaning(text, Found.UNKNOWN, None, tuple(catalogue.nearest(text)))
    mapped = {normalise_header(header) for header in rules.headers}
    is_mapped = normalise_header(text) in mapped
    return ColumnMeaning(text, Found.MAPPED if is_mapped else Found.KNOWN, field)
