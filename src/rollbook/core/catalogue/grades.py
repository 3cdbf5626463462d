"""A grade, however the SIS writes it; codes that mean another grade elsewhere are named as that."""

import re
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.verdict import BLANK, Verdict, cleaned_cell, is_blank, refuse
from rollbook.core.feed_settings import FeedRules

GRADES: Final = ("PK", "TK", "K", *(str(number) for number in range(1, 13)))
_GRADE_WORDS: Final = {
    "pk": "PK", "pre-k": "PK", "prek": "PK", "pre k": "PK", "pre-kindergarten": "PK",
    "prekindergarten": "PK", "tk": "TK", "transitional kindergarten": "TK",
    "transitionalkindergarten": "TK", "0": "K", "00": "K",
    "k": "K", "kg": "K", "kn": "K", "kf": "K", "kindergarten": "K",
}  # fmt: skip
_NUMBERED_GRADE = re.compile(
    r"(?:grade ?|gr\.? ?)?(0?\d|1[0-2])(?:st|nd|rd|th)?(?: ?grade)?", re.IGNORECASE | re.ASCII
)
_DATE_LIKE = re.compile(r"\d{1,4}[-/]\w{1,3}(?:[-/]\d{1,4}.{0,20})?|[A-Za-z]{3}-\d\d")

_FLOAT = re.compile(r"^(\d{1,2})\.0+$", re.ASCII)
"""How programs write a whole number in a column with blanks."""


@dataclass(frozen=True, slots=True)
class Grade:
    """PK, TK, K, 1 to 12, however the SIS writes them."""

    sql: str = "varchar(10)"

    def describe(self) -> str:
        return (
            "PK, TK, K or 1 to 12; 0 (K), 01, KG, Kindergarten, TransitionalKindergarten, Grade 3 "
            "and 3rd are understood."
        )

    def judge(self, cell: str, rules: FeedRules) -> Verdict:
        cleaned = cleaned_cell(cell, date=_GRADE_IS_DATE)
        if isinstance(cleaned, Verdict):
            return cleaned
        if is_blank(cleaned, rules):
            return BLANK
        cleaned = _FLOAT.sub(r"\1", cleaned)
        grade = _GRADE_WORDS.get(cleaned.lower())
        if grade is None and (numbered := _NUMBERED_GRADE.fullmatch(cleaned)) is not None:
            grade = str(int(numbered[1]))
        if grade in GRADES:
            return Verdict(grade)
        if _DATE_LIKE.fullmatch(cleaned):
            return _GRADE_IS_DATE
        return _OWN_CODE if cleaned.lower() in _OWN_CODES else _NO_GRADE


_OWN_CODES: Final = frozenset({
    "-1", "-2", "-3", "-4", "13", "14", "15", "16", "17", "18", "99", "preschool", "ps", "pr", "p3",
    "p4", "pk3", "pk4", "3k", "4k", "it", "infanttoddler", "ug", "ungraded", "pg", "postgraduate",
    "ae", "adult", "adulteducation", "other", "un", "uk", "ee", "ec", "sp", "graduate", "graduated",
    "transition",
})  # fmt: skip
"""Codes of PowerSchool, Aeries, Clever and CEDS that mean another grade elsewhere, or none here."""

_CURE: Final = (
    "say once which grade it is, or that it is blank, under Feeds, Columns, Values. Then import "
    "again."
)
_NO_GRADE: Final = refuse(
    "BAD_GRADE",
    f"This value isn't a grade (PK, TK, K or 1 to 12). If it's a code of your SIS, {_CURE} If "
    "not, fix it in your SIS.",
)
_OWN_CODE: Final = refuse(
    "BAD_GRADE",
    "This value means PK in some student information systems and TK in others, so it wasn't "
    f"imported. To tell us, {_CURE}",
)
_GRADE_IS_DATE: Final = refuse(
    "GRADE_IS_DATE",
    "This value is a date: a spreadsheet changed the grade. Format the column as text in the "
    "export.",
)
