"""A file's columns: where they are, what they mean, and how much of each was refused."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.field import Field, Name
from rollbook.core.catalogue.number_types import HALF_DAYS, NON_SCORE
from rollbook.core.catalogue.written import INVISIBLE
from rollbook.core.feed_settings import IDENTIFIERS, FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.validation.scale import PercentScale
from rollbook.core.validation.values import NULL, REMARK, TABS, ColumnJudge

REFUSED_SHARE: Final = 10
"""Percent of a column's filled cells that may be refused before it is set aside."""

FEWEST_REFUSED: Final = 5

MOST_ODD: Final = 34
"""Percent of a chunk's cells that may be words among numbers, or numbers among schools."""

MOST_ALIKE: Final = 2
"""Cells of a chunk that may have the same number in place of a school."""

MOST_BLANK: Final = 3
"""Percent of a chunk's schools that may be blank before a blank one is nothing to look at."""

_NUMBER_AND_NAME: Final = re.compile(r"\d{3,}[A-Z][a-z]{2,}")

_NOTES: Final = {
    TABS: "cells that begin or end with a tab were read without it",
    INVISIBLE: "characters that cannot be seen were taken out of names",
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
    cells: int = 0
    filled: int = 0
    refused: int = 0

    @property
    def is_identifier(self) -> bool:
        return self.field.name in IDENTIFIERS

    def texts(self, cells: Sequence[str]) -> Sequence[str]:
        """Judge the cells of a chunk."""
        texts = self.judge.texts(cells)
        self.cells += len(texts)
        self.filled += len(texts) - texts.count(NULL)
        if self.is_identifier:
            self.lengths.update(_lengths(texts))
        # Plain numbers come back as they are; nothing is odd about them.
        return texts if texts is cells else self._with_doubts(texts)

    @property
    def is_usually_filled(self) -> bool:
        return self.filled * 2 > self.cells

    def _with_doubts(self, texts: Sequence[str]) -> Sequence[str]:
        """Mark what hardly any other cell of the column is: its row may have shifted."""
        is_odd: Callable[[str], bool] = is_word if self.is_identifier else _is_number
        if not self.is_identifier and not self._is_school:
            return texts
        odd = {text for text in {*texts} if is_odd(text)}
        is_usual = sum(map(texts.count, odd)) * 100 > len(texts) * MOST_ODD
        # A school that is known by its number has more than a student or two.
        doubted = set() if is_usual else {text for text in odd if texts.count(text) <= MOST_ALIKE}
        blanks = texts.count(NULL) if self._is_school else 0
        if 0 < blanks * 100 <= max(len(texts) * MOST_BLANK, 200):
            doubted.add(NULL)
        return [REMARK + text if text in doubted else text for text in texts] if doubted else texts

    @property
    def _is_school(self) -> bool:
        return isinstance(self.field.type, Name) and not self.field.type.is_person

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
            "imported. Usually the SIS has a new code, or the column holds something else now. "
            "What a code means is said once under Feeds, Columns, Values.",
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


def is_word(text: str) -> bool:
    """Tell whether an identifier is a word, or ends with one that is written as names are."""
    if text.isdigit():
        return False
    return text.isalpha() or _NUMBER_AND_NAME.fullmatch(text) is not None


def _is_number(text: str) -> bool:
    return text.isdigit()


def _lengths(texts: Sequence[str]) -> Iterable[int]:
    values = (text.removeprefix(REMARK) for text in texts)
    return (len(value) for value in values if value != NULL)


def _must_be_filled(field: Field, present: set[str], *, rules: FeedRules) -> bool:
    """A blank one needs a second look: it is required, or the row may have no other."""
    if field.name not in IDENTIFIERS:
        return False
    others = present & set(IDENTIFIERS) & set(rules.required) - {field.name}
    return field.name in rules.required or not others
