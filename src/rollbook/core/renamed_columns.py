"""A column that is gone while a similar one came: probably the same one under another header."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import (
    Catalogue,
    is_ignored_header,
    is_of_other_term,
    normalize_header,
)
from rollbook.core.column_examples import takes
from rollbook.core.feed_settings import FeedRules
from rollbook.core.mapping import HeaderMeaning

ALIKE: Final = 0.6
"""Of two headers, from 0 to 1: the share of their letters that they have in common, in order."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """`header` came where `before` was, and its values fit the field. A person decides."""

    field: Field
    before: str
    header: str
    examples: Sequence[str]


def renamed_columns(
    before: Mapping[str, str],
    columns: Iterable[HeaderMeaning],
    catalogue: Catalogue,
    rules: FeedRules,
) -> list[Renaming]:
    """Return the columns that were probably renamed, in the order of the file.

    `before`: field -> its header in the last files. Only an unknown column whose values are known
    and fit can be one, and only where neither it nor the field has a second candidate.
    """
    columns = list(columns)
    gone = _gone(before, columns, catalogue, rules)
    found = [
        Renaming(field, header, column.header, column.examples)
        for column in columns
        if column.how == "unknown" and column.unknown_term is None and column.examples
        for field, header in gone
        if _is_alike(field, header, column) and takes(field, column.examples, rules)
    ]
    fields = Counter(each.field.name for each in found)
    headers = Counter(each.header for each in found)
    return [each for each in found if fields[each.field.name] == headers[each.header] == 1]


def _gone(
    before: Mapping[str, str],
    columns: Sequence[HeaderMeaning],
    catalogue: Catalogue,
    rules: FeedRules,
) -> list[tuple[Field, str]]:
    """The fields that no column has any more, unless the feed itself gave the header up."""
    meant = {column.field.name for column in columns if column.field is not None}
    there = {normalize_header(column.header) for column in columns}
    return [
        (field, header)
        for name, header in before.items()
        if (field := catalogue.by_name.get(name)) is not None
        and name not in meant
        and normalize_header(header) not in there
        and not is_ignored_header(header, rules)
    ]


def _is_alike(field: Field, before: str, column: HeaderMeaning) -> bool:
    if is_of_other_term(column.header, field):
        return False
    names = normalize_header(before), normalize_header(column.header)
    return field in column.nearest or SequenceMatcher(None, *names).ratio() >= ALIKE
