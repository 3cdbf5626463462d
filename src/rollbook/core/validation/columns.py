"""A file's columns: where they are, what they mean, and how much of each was refused."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Final

from rollbook.core.catalogue.field import Count, Field, Level, Name, Percent, Score, YesNo
from rollbook.core.catalogue.number_types import HALF_DAYS, NON_SCORE
from rollbook.core.catalogue.written import INVISIBLE
from rollbook.core.feed_settings import IDENTIFIERS, FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.profile.spread import (
    MOST_DIFFERENT,
    Spread,
    coarser,
    most_frequent,
    spread_of_numbers,
    spread_of_words,
)
from rollbook.core.validation.odd_texts import (
    has_digit,
    is_numbered_person,
    is_numbered_school,
    is_word,
)
from rollbook.core.validation.scale import PercentScale
from rollbook.core.validation.values import NULL, REMARK, TABS, ColumnJudge, Mapped

REFUSED_SHARE: Final = 10
"""Percent of a column's filled cells that may be refused before it is set aside."""

FEWEST_REFUSED: Final = 5

MOST_ODD: Final = 34
"""Percent of a column's filled cells that may be words among numbers, or numbers among schools."""

MOST_ALIKE: Final = 2
"""Cells of a chunk that may have the same number in place of a school."""

MOST_BLANK: Final = 3
"""Percent of a chunk's schools that may be blank before a blank one is nothing to look at."""

MOST_NUMBERED: Final = 1_000
"""Different names with a number: more are no slips."""

_NOTES: Final = {
    TABS: "cells that begin or end with a tab were read without it",
    INVISIBLE: "invisible characters were removed from names",
    NON_SCORE: "cells that say there is no score were read as blank",
    HALF_DAYS: "half days were rounded to whole days ({rounding}), as set in the feed",
}

_NUMBERS: Final = Count | Score | Percent
_WORDS: Final = YesNo | Level


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
    strange: int = 0
    """Words among identifiers, numbers among schools."""
    numbered: int = 0
    """Of a name: how many have a number."""
    alike: Counter[str] = dataclass_field(default_factory=Counter)
    """Such names, and how often each was there."""
    values: Counter[str] = dataclass_field(default_factory=Counter)
    """Of numbers and words that are compared with the last files: how often each was there."""

    mapped: Counter[Mapped] = dataclass_field(default_factory=Counter)
    """Texts of the feed's own mapping, and how often each was there."""

    @property
    def is_identifier(self) -> bool:
        return self.field.name in IDENTIFIERS

    def texts(self, cells: Sequence[str]) -> Sequence[str]:
        """Judge the cells of a chunk."""
        texts = self.judge.texts(cells)
        self.cells += len(texts)
        self.filled += len(texts) - self._blank(cells, texts)
        self.mapped += self.judge.mapped_in(cells)
        if texts is cells:  # plain numbers come back as they are; nothing is odd about them
            self.lengths.update(map(len, texts))
            return texts
        if self.is_identifier:
            self.lengths.update(_lengths(texts))
        elif isinstance(self.field.type, _NUMBERS | _WORDS):
            self.values.update(texts)
            if len(self.values) > MOST_DIFFERENT:
                self.values = self._fewer(self._values())
            return texts
        return self._with_doubts(texts)

    def _blank(self, cells: Sequence[str], texts: Sequence[str]) -> int:
        """Return how many cells hold nothing; what was refused holds something."""
        blank = texts.count(NULL)
        if (marked := REMARK + NULL) not in texts:
            return blank
        found = Counter(cell for cell, text in zip(cells, texts, strict=True) if text == marked)
        return blank + sum(
            count for cell, count in found.items() if not self.judge.verdict(cell).refused
        )

    def spread(self) -> Spread:
        """Return how the values seen so far are spread; of words only how frequent they are."""
        values = self._values()
        return spread_of_numbers(values) if self._is_number else spread_of_words(values)

    @property
    def _is_number(self) -> bool:
        return isinstance(self.field.type, _NUMBERS)

    def _fewer(self, values: Counter[str]) -> Counter[str]:
        return coarser(values) if self._is_number else most_frequent(values)

    def _values(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for text, count in self.values.items():
            if (value := text.removeprefix(REMARK)) != NULL:
                found[value] += count
        return found

    @property
    def is_usually_filled(self) -> bool:
        return self.filled * 2 > self.cells

    def _with_doubts(self, texts: Sequence[str]) -> Sequence[str]:
        """Mark what hardly any other cell of the column is: its row may have shifted."""
        if self.is_identifier:
            doubted = self._strangers(texts, is_word)
        elif isinstance(self.field.type, Name):
            doubted = self._numbered(texts)
            if self.is_school:
                doubted |= self._strangers(texts, _is_number) | self._blanks(texts)
        else:
            return texts
        return [REMARK + text if text in doubted else text for text in texts] if doubted else texts

    def _strangers(self, texts: Sequence[str], is_odd: Callable[[str], bool]) -> set[str]:
        odd = {text for text in {*texts} if is_odd(text)}
        self.strange += sum(map(texts.count, odd))
        is_usual = self.strange * 100 > self.filled * MOST_ODD
        # A school that is known by its number has more than a student or two.
        return set() if is_usual else {text for text in odd if texts.count(text) <= MOST_ALIKE}

    def _numbered(self, texts: Sequence[str]) -> set[str]:
        """Return the names with a number, where most have none."""
        if not has_digit("".join(texts)):
            return set()
        is_odd = is_numbered_school if self.is_school else is_numbered_person
        found = Counter(text for text in texts if not text.startswith(REMARK) and is_odd(text))
        self.numbered += found.total()
        self.alike.update(found)
        if self.numbered * 2 > self.filled or len(self.alike) > MOST_NUMBERED:
            return set()
        most = MOST_ALIKE if self.is_school else self.filled
        return {text for text in found if self.alike[text] <= most}

    def _blanks(self, texts: Sequence[str]) -> set[str]:
        most = max(len(texts) * MOST_BLANK // 100, 2)
        return {NULL} if texts.count(NULL) <= most else set()

    @property
    def is_person(self) -> bool:
        return isinstance(self.field.type, Name) and self.field.type.is_person

    @property
    def is_school(self) -> bool:
        return isinstance(self.field.type, Name) and not self.field.type.is_person

    def is_set_aside(self) -> bool:
        """Tell whether too much of the column was refused. An identifier's rejects its rows."""
        return (
            not self.is_identifier
            and self.refused >= FEWEST_REFUSED
            and self.refused * 100 > self.filled * REFUSED_SHARE
        )

    def set_aside_issues(self, headers: Sequence[str]) -> Iterator[Issue]:
        """Yield one issue for each of the headers that the column has in the file.

        `headers`: () where it is the table's own.
        """
        columns, those = "this column", "the column was"
        if len(headers) > 1:
            columns = f"the {len(headers)} columns for {self.field.header}"
            those = "those columns were"
        for header in headers or (self.header,):
            yield Issue(
                "COLUMN_SET_ASIDE",
                Severity.ERROR,
                f"{self.refused:,} of {self.filled:,} values in {columns} couldn't be read, so "
                f"{those} skipped. Saved values stay, and all other columns count. Your "
                "SIS may have a new code, or the column may now hold something else. Say once "
                "what a code means under Feeds, Columns, Values.",
                column=header,
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
