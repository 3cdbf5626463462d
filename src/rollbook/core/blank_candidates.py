"""Words of a file that probably say "not known", so that an administrator need not type them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from rollbook.core.catalogue.blank_words import LONGEST, says_blank
from rollbook.core.catalogue.field import Grade, Level, YesNo
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.verdict import OUTER_BLANKS, folded_marker
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import FeedRules
from rollbook.core.mapping import check_marker

FEWEST_ROWS: Final = 3
"""Rows among numbers from which a word that is in none of our lists is no slip of the pen."""

MOST: Final = 12


class Unread(NamedTuple):
    """A text that a field did not take, or not without a warning."""

    field: str
    header: str
    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be one of the feed's blank markers."""

    text: str
    rows: int
    headers: Sequence[str]
    """Of the columns that have it, in their order."""


def blank_candidates(
    found: Iterable[Unread], catalogue: Catalogue, rules: FeedRules
) -> list[Candidate]:
    """Return what probably means blank, the most frequent first; each in its commonest spelling.

    A text that any field takes as a value is none, and neither is one that the feed knows.
    """
    known = {folded_marker(marker) for marker in rules.blank_markers}
    alike: dict[str, list[Unread]] = {}
    for each in found:
        text = each.text.strip(OUTER_BLANKS)
        if text.lower() not in known and text not in rules.values.get(each.field, {}):
            alike.setdefault(text.lower(), []).append(each._replace(text=text))
    candidates = [
        _candidate(all_) for folded, all_ in alike.items() if _is_likely(folded, all_, catalogue)
    ]
    return sorted(candidates, key=lambda each: (-each.rows, each.text))[:MOST]


def _is_likely(folded: str, found: Sequence[Unread], catalogue: Catalogue) -> bool:
    if len(folded) > LONGEST or any(sign.isdigit() for sign in folded):
        return False
    is_said = says_blank(folded)
    numbers = [each for each in found if not _is_coded(each.field, catalogue)]
    if not is_said and sum(each.rows for each in numbers) < FEWEST_ROWS:
        return False  # in a column of codes it is rather a code
    try:
        check_marker(folded, catalogue)
    except UsageError:
        return False
    return True


def _is_coded(name: str, catalogue: Catalogue) -> bool:
    field = catalogue.by_name.get(name)
    return field is not None and isinstance(field.type, Grade | Level | YesNo)


def _candidate(found: Sequence[Unread]) -> Candidate:
    rows: dict[str, int] = {}
    for each in found:
        rows[each.text] = rows.get(each.text, 0) + each.rows
    text = min(rows, key=lambda each: (-rows[each], each))
    headers = tuple(dict.fromkeys(each.header for each in found))
    return Candidate(text, sum(rows.values()), headers)
