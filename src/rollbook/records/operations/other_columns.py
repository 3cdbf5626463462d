"""Ignoring at once all columns of a feed that no one has matched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rollbook.core.catalogue.students import normalize_header
from rollbook.core.feed_settings import IGNORE
from rollbook.core.mapping import HeaderMeaning, header_meanings
from rollbook.core.renamed_columns import Renaming, renamed_columns
from rollbook.core.validation.scope_headers import scope_of_column
from rollbook.records.operations.mappings import MappingChange, change_mapping
from rollbook.records.queries.feeds import feed_by_name, feed_rules, read_catalogue
from rollbook.records.queries.jobs import last_columns


@dataclass(frozen=True, slots=True)
class OtherColumns:
    """The unknown columns of a header, when all others are to be ignored."""

    ignored: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    """For each of these a match is suggested, so it is not ignored without a look at it."""


def ignore_others(
    feed: str,
    header: Sequence[str],
    examples: Mapping[str, tuple[str, ...]],
    *,
    actor: str,
) -> OtherColumns:
    """Ignore each of the `other_columns` of `header`; where none is suggested, let new ones be a
    note from now on. Raises UsageError.

    `examples`: header -> a few of its values.
    """
    row, catalogue = feed_by_name(feed), read_catalogue()
    rules = feed_rules(row)
    meanings = header_meanings(catalogue, rules, header, examples)
    renamed = renamed_columns(last_columns(row), meanings, catalogue, rules)
    others = other_columns(meanings, renamed)
    told = None if others.suggested else "note"  # or what is left would no longer be asked about
    change = MappingChange(headers=dict.fromkeys(others.ignored, IGNORE), other_columns=told)
    change_mapping(feed, change, actor=actor)
    return others


def other_columns(
    meanings: Iterable[HeaderMeaning], renamed: Iterable[Renaming] = ()
) -> OtherColumns:
    """Return the headers that can be ignored without a look at each, and those that cannot because
    they are nearly known or perhaps `renamed`.

    What belongs to a term that is not set up stays: its scores are wanted once the term is. So does
    a column that may say that rows are of other people, terms or years: ignoring it is a decision.
    """
    found = [each for each in meanings if each.how == "unknown" and not each.unknown_term]
    again = {each.header for each in renamed}
    suggested = [each.header for each in found if each.nearest or each.header in again]
    ignored = [
        each.header
        for each in found
        if each.header not in suggested
        and normalize_header(each.header)
        and not scope_of_column(each.header)
    ]
    return OtherColumns(tuple(ignored), tuple(suggested))
