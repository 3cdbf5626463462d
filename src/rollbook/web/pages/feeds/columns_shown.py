"""The codes and blank markers of a feed as its page of columns shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rollbook.core.catalogue.field import Level
from rollbook.core.catalogue.students import Catalogue
from rollbook.records.queries.feed_codes import BlankMarker, Code, FeedCodes
from rollbook.records.queries.inbox import MOST_TEXTS
from rollbook.web.pages.feeds.columns_sent import (
    AS_IT_IS,
    BLANK,
    OWN,
    Sent,
    code_place,
    marker_place,
    stored_choice,
)

MOST_CODES: Final = 200
"""Lines of a list that are shown; each has a list of what may be chosen."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A line of the codes: what is in the file, and what may be chosen for it."""

    code: Code
    place: str
    chosen: str
    options: Sequence[tuple[str, str]]
    """Value and words of each."""


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """A line of the blank markers."""

    marker: BlankMarker
    place: str
    is_ticked: bool


def shown_codes(found: FeedCodes, sent: Sent, catalogue: Catalogue) -> dict[str, Any]:
    """Return what the page needs of codes and blank markers, as they were sent or are stored."""
    new = [code for code in found.codes if code.meant is None]
    matched = [code for code in found.codes if code.meant is not None]
    return {
        "codes_of": found.job,
        "new_codes": new,
        "new_rows": _rows(new, sent),
        "matched_codes": matched,
        "matched_rows": _rows(matched, sent),
        "full_columns": found.full,
        "most_texts": MOST_TEXTS,
        "markers": [
            MarkerRow(marker, marker_place(marker), sent.is_blank(marker))
            for marker in found.markers
        ],
        "possible_blanks": sum(not marker.is_set for marker in found.markers),
        "coded_fields": [each for each in catalogue.fields if each.area != "identification"],
    }


def _rows(codes: Sequence[Code], sent: Sent) -> list[CodeRow]:
    """Return the first lines, and of the others those for which something is chosen."""
    is_chosen = [sent.meaning_of(code) != stored_choice(code) for code in codes]
    return [
        CodeRow(code, code_place(code), sent.meaning_of(code), options_of(code))
        for at, code in enumerate(codes)
        if at < MOST_CODES or is_chosen[at]
    ]


def options_of(code: Code) -> list[tuple[str, str]]:
    """Return what may be chosen for a code, as things are first."""
    options = [(AS_IT_IS, _as_it_is(code)), *((choice, choice) for choice in code.choices)]
    if isinstance(code.field.type, Level) and code.text not in code.choices:
        options.append((OWN, "Keep: it's our own level"))
    return [*options, (BLANK, "Blank")]


def _as_it_is(code: Code) -> str:
    if code.meant is not None:
        return "No match"
    if code.is_ignored:
        return "Leave as it is"
    return f"Choose: maybe {code.nearest}" if code.nearest else "Choose"
