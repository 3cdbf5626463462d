"""Which of a file's columns are on the page: all of a usual file, a part of a very wide one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rollbook.core.catalogue.field import Field
from rollbook.core.mapping import HeaderMeaning
from rollbook.records.queries.history import Page
from rollbook.web.pages.feeds.columns_sent import Sent, column_choice

MOST_OPTIONS: Final = 12_000
"""Fields that all columns of a page offer together: a megabyte."""
LEAST: Final = 25
"""Columns of a page, however many fields there are."""

KNOWN: Final = ("catalogue", "layout", "passed over")
"""How a column is found that needs no one's decision."""


@dataclass(frozen=True, slots=True)
class FieldOptions:
    """The fields that may be chosen, written once for all columns of a page."""

    plain: SafeString

    @classmethod
    def of(cls, fields: Iterable[Field]) -> "FieldOptions":
        pairs = ((field.name, field.header) for field in fields)
        return cls(format_html_join("", '<option value="{}">{}</option>', pairs))

    def get(self, chosen: str) -> SafeString:
        """Return them with one selected, if it is one of them."""
        value = format_html('value="{}"', chosen)
        return SafeString(self.plain.replace(f"{value}>", f"{value} selected>", 1))


def columns_shown(
    columns: Sequence[HeaderMeaning], sent: Sent, fields: Sequence[Field], *, text: str, page: int
) -> dict[str, Any]:
    """Return what the page needs of its columns: of those with `text` in what they are called, the
    part of this number. What still needs a decision is first. What was sent and is not saved is on
    every part, so that nothing chosen is lost."""
    size = max(LEAST, MOST_OPTIONS // max(1, len(fields)))
    found = [each for each in columns if _has(each, text)]
    if is_wide := len(columns) > size:
        found.sort(key=_need)
    number = max(1, min(page, -(-len(found) // size)))
    items = found[(number - 1) * size : number * size]
    shown = [*_unsaved(columns, items, sent), *items]
    return {
        "is_wide": is_wide,
        "page": Page(items, number, size, len(found)),
        "q": text,
        "attention_count": sum(column.how == "unknown" for column in columns),
        "needs_none": all(column.how in KNOWN for column in columns),
        "attention": [column for column in shown if column.how not in KNOWN],
        "known": [column for column in shown if column.how in KNOWN],
        "selected": {each.header: column_choice(each) for each in shown} | dict(sent.columns),
        "field_options": FieldOptions.of(fields),
    }


def _has(column: HeaderMeaning, text: str) -> bool:
    called = (column.header, column.held, column.field.header if column.field else "")
    return any(text.casefold() in each.casefold() for each in called)


def _need(column: HeaderMeaning) -> int:
    order: Mapping[str, int] = {"unknown": 0, "mapping": 1, "ignored": 3}
    return order.get(column.how, 2)


def _unsaved(
    columns: Sequence[HeaderMeaning], items: Sequence[HeaderMeaning], sent: Sent
) -> list[HeaderMeaning]:
    """Return the columns beside `items` for which something else was sent than is saved."""
    chosen, there = dict(sent.columns), {each.header for each in items}
    return [
        each
        for each in columns
        if each.header not in there
        and chosen.get(each.header, column_choice(each)) != column_choice(each)
    ]
