"""A file's columns: where they stand, what they mean, and how much of each was refused."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.number_types import HALF_DAYS, NON_SCORE
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.validation.scale import PercentScale
from rollbook.core.validation.values import NULL, REMARK, ColumnJudge

IDENTIFIERS: Final = ("student_id", "ssid")

REFUSED_SHARE: Final = 10
"""Percent of a column's filled cells that may be refused before it is set aside."""

FEWEST_REFUSED: Final = 5

_NOTES: Final = {
    NON_SCORE: "cells that say in words that there is no score were read as blank",
    HALF_DAYS: "half days were rounded to whole days ({rounding}), as the feed says",
}


@dataclass(slots=True)
class Column:
    """One column of the file that has a field, and what was counted of it."""

    index: int
    header: str
    field: Field
    judge: ColumnJudge
    noted: Counter[str]
    lengths: set[int]
    """Of an identifier: how long its values are. Repaired numbers of one length lost no zero."""
    filled: int = 0
    refused: int = 0

    @property
    def is_identifier(self) -> bool:
        return self.field.name in IDENTIFIERS

    def texts(self, cells: Sequence[str]) -> Sequence[str]:
        """Judge the cells of a chunk."""
        texts = self.judge.texts(cells)
        self.filled += len(texts) - texts.count(NULL)
        if self.is_identifier:
            self.lengths.update(_lengths(texts))
        return texts

    def is_set_aside(self) -> bool:
        """Tell whether too much of the column was refused. An identifier's rejects its rows."""
        return (
            not self.is_identifier
            and self.refused >= FEWEST_REFUSED
            and self.refused * 100 > self.filled * REFUSED_SHARE
        )

    def set_aside_issue(self) -> Issue:
        return Issue(
            "COLUMN_SET_ASIDE",
            Severity.ERROR,
            f"{self.refused:,} of {self.filled:,} filled cells of this column were refused, so "
            "none of it was imported; its stored values stay, and all other columns were "
            "imported. Usually the SIS has a new code, or the column holds something else now.",
            column=self.header,
            field=self.field.name,
        )

    def notes(self, rules: FeedRules) -> list[str]:
        """Return a sentence for each kind of cell that was counted."""
        return [
            f"{self.field.header}: {_NOTES[kind].format(rounding=rules.half_days)} ({count:,})."
            for kind, count in self.noted.items()
        ]


def columns_of(
    fields: Sequence[Field | None],
    header: Sequence[str],
    *,
    rules: FeedRules,
    scale: PercentScale,
) -> tuple[Column, ...]:
    """Return the columns that have a field, in the file's order."""
    present = {each.name for each in fields if each is not None}
    return tuple(
        Column(
            index,
            header[index],
            each,
            ColumnJudge(
                each,
                rules,
                factor=scale.factor,
                must_be_filled=_must_be_filled(each, present, rules=rules),
            ),
            Counter(),
            set(),
        )
        for index, each in enumerate(fields)
        if each is not None
    )


def _lengths(texts: Sequence[str]) -> Iterable[int]:
    values = (text.removeprefix(REMARK) for text in texts)
    return (len(value) for value in values if value != NULL)


def _must_be_filled(field: Field, present: set[str], *, rules: FeedRules) -> bool:
    """A blank one needs a second look: it is required, or the row may have no other."""
    if field.name not in IDENTIFIERS:
        return False
    others = present & set(IDENTIFIERS) & set(rules.required) - {field.name}
    return field.name in rules.required or not others
