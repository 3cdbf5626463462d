"""Types of fields that hold text: identifiers, names, levels, grades."""

import re
from dataclasses import dataclass, replace
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.verdict import (
    BLANK,
    BLANK_MARKERS,
    OUTER_BLANKS,
    Verdict,
    cleaned_cell,
    is_blank,
    normal,
    refuse,
)
from rollbook.core.catalogue.written import (
    INVISIBLE,
    is_without_letter,
    oddity,
    without_invisible,
)
from rollbook.core.feed_settings import FeedRules

_CELL_ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"}
)
_SUMS: Final = frozenset({"total", "totals", "subtotal", "subtotals", "average", "count", "sum"})
_IDENTIFIER = re.compile(r"[\w./\-]+", re.ASCII)
_SCIENTIFIC = re.compile(
    # As programs write it. `12E45` has neither point nor sign, so it may be an identifier.
    r"[+-]?\d+(?:[.,]\d+[eE][+-]?|[eE][+-])\d+|\d[eE]\d{1,3}",
    re.ASCII,
)
_SCIENTIFIC_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d+", re.ASCII)
_FLOAT = re.compile(r"(\d+)\.0+", re.ASCII)
_FORMULA_TEXT = re.compile(r'="([^"]*)"')

DATE_INSTEAD: Final = (
    "This value is a date: a spreadsheet changed it. Format the column as text in the export."
)
_DATE_IN_IDENTIFIER: Final = refuse("BAD_IDENTIFIER", DATE_INSTEAD)
_DATE_IN_TEXT: Final = refuse("NOT_TEXT", DATE_INSTEAD)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A Student ID or SSID, kept to the letter with its leading zeros."""

    max_length: int = 50

    @property
    def sql(self) -> str:
        return f"varchar({self.max_length})"

    def describe(self) -> str:
        return f"Letters, digits and - _ . /, at most {self.max_length}, kept exactly as written."

    def judge(self, cell: str, rules: FeedRules) -> Verdict:
        if cell.isdigit() and cell.isascii() and len(cell) <= self.max_length:
            return Verdict(cell)  # nearly all of them; and no two are alike, so this must be quick
        cleaned = cleaned_cell(cell, date=_DATE_IN_IDENTIFIER)
        if isinstance(cleaned, Verdict):
            return cleaned
        text = cleaned.removeprefix("'")
        wrapped = _FORMULA_TEXT.fullmatch(text)
        text = (wrapped[1] if wrapped else text).strip(OUTER_BLANKS)
        if not text:
            return BLANK
        verdict = self._judge_text(text, is_number=cells.split_mark(cell)[0] == cells.NUMBER)
        if verdict.repaired and not rules.leading_zeros:
            return replace(verdict, code=None, message="")
        return verdict

    def _judge_text(self, text: str, *, is_number: bool) -> Verdict:
        if (_SCIENTIFIC_NUMBER if is_number else _SCIENTIFIC).fullmatch(text):
            return refuse(
                "ID_DIGITS_LOST",
                "This value lost digits: a spreadsheet shortened the number, and this file can't "
                "give them back. Export the column as text.",
            )
        if (number := _FLOAT.fullmatch(text)) is not None:
            return self._repaired(number[1])
        if text.lower() in BLANK_MARKERS:
            return refuse(
                "BAD_IDENTIFIER",
                "This value says that there is no ID, so this row wasn't imported. Leave it "
                "blank, or add the ID in your SIS.",
            )
        if text.lower() in _SUMS:
            return refuse(
                "BAD_IDENTIFIER",
                "This value looks like a row of totals, not a student. Leave it out of the export.",
            )
        if text != without_invisible(text):
            return refuse(
                "BAD_IDENTIFIER",
                "This value has an invisible character, usually from copy and paste. Type it "
                "again in your SIS.",
            )
        if not _IDENTIFIER.fullmatch(text) or not text.strip("-_./"):
            return refuse(
                "BAD_IDENTIFIER",
                "This value isn't an ID: IDs have only letters, digits and - _ . /. Fix it in "
                "your SIS, or check whether the columns have shifted.",
            )
        if len(text) > self.max_length:
            return refuse(
                "TOO_LONG",
                f"This value is too long for an ID: at most {self.max_length} characters. Fix it "
                "in your SIS, or check whether the columns have shifted.",
            )
        return self._repaired(text) if is_number else Verdict(text)

    def _repaired(self, digits: str) -> Verdict:
        if len(digits) > self.max_length:
            return refuse(
                "TOO_LONG",
                f"This value is too long for an ID: at most {self.max_length} characters. Fix it "
                "in your SIS, or check whether the columns have shifted.",
            )
        if len(digits) > 15:  # a workbook's number keeps 15 digits
            return refuse(
                "ID_DIGITS_LOST",
                "This value is saved as a number, which keeps only 15 digits. Export the column as "
                "text.",
            )
        return Verdict(
            digits,
            "ID_NUMBER",
            "This value is saved as a number, so its leading zeros may be lost. Format the column "
            "as text in the export.",
            repaired=True,
        )


@dataclass(frozen=True, slots=True)
class Name:
    """A person's or a school's name. Only an empty cell is blank: "Null" is a surname."""

    max_length: int
    is_person: bool = False
    """A person's name has a letter; a school may be known by its number."""

    @property
    def sql(self) -> str:
        return f"varchar({self.max_length})"

    def describe(self) -> str:
        letter = ", with a letter where it has a digit" if self.is_person else ""
        return f"Text, at most {self.max_length} characters{letter}."

    def judge(self, cell: str, rules: FeedRules) -> Verdict:
        cleaned = cleaned_cell(cell, date=_DATE_IN_TEXT)
        if isinstance(cleaned, Verdict):
            return cleaned
        if not cleaned:
            return BLANK
        if cleaned in _CELL_ERRORS:
            return refuse(
                "CELL_ERROR",
                "This value is a spreadsheet's error. Fix the formula, or save values only.",
            )
        if self.is_person and is_without_letter(cleaned):
            return _NO_NAME
        seen = without_invisible(cleaned)
        if not seen:
            return BLANK
        verdict = _fitting(normal(seen), self.max_length)
        if not verdict.refused and (odd := oddity(seen)) is not None:
            verdict = replace(verdict, code=odd[0], message=odd[1])
        return verdict if seen == cleaned else replace(verdict, note=INVISIBLE)


UNKNOWN_LEVEL: Final = "UNKNOWN_LEVEL"


@dataclass(frozen=True, slots=True)
class Level:
    """A performance level in the instrument's own words; an unknown one is kept, with a warning."""

    known: tuple[str, ...]
    max_length: int = 50

    @property
    def sql(self) -> str:
        return f"varchar({self.max_length})"

    def describe(self) -> str:
        return f"Text, at most {self.max_length} characters; known are {', '.join(self.known)}."

    def judge(self, cell: str, rules: FeedRules) -> Verdict:
        cleaned = cleaned_cell(cell, date=_DATE_IN_TEXT)
        if isinstance(cleaned, Verdict):
            return cleaned
        if is_blank(cleaned, rules):
            return BLANK
        verdict = _fitting(normal(cleaned), self.max_length)
        if verdict.refused or cleaned.casefold() in {level.casefold() for level in self.known}:
            return verdict
        return Verdict(
            verdict.value,
            UNKNOWN_LEVEL,
            "This value isn't one of the test's usual levels. It's kept as it is. If it's your "
            "district's own level, say so once on the import's page, or under Feeds, Columns, "
            "Values.",
        )


_NO_NAME: Final = refuse(
    "NAME_WITHOUT_LETTER",
    "This value has no letter, so it isn't a name. Check whether the columns have shifted.",
)


def _fitting(text: str, max_length: int) -> Verdict:
    if len(text) > max_length:
        return refuse(
            "TOO_LONG",
            f"This value is longer than {max_length} characters, so it wasn't imported. "
            "Shorten it in your SIS.",
        )
    return Verdict(text)
