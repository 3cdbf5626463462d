"""Types of fields that hold numbers and yes/no: counts, scores, percentages, met standard."""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Final

from rollbook.core.catalogue.blank_words import says_blank
from rollbook.core.catalogue.text_types import DATE_INSTEAD
from rollbook.core.catalogue.verdict import BLANK, Verdict, cleaned_cell, is_blank, refuse
from rollbook.core.feed_settings import FeedRules

LARGEST_INTEGER: Final = 2_147_483_647
"""PostgreSQL's integer."""

NON_SCORES: Final = frozenset({"discontinued", "discontinue", "tested out", "not assessed",
                               "max score"})  # fmt: skip

LONGEST_NUMBER: Final = 40
"""Characters. Nothing that a school counts is longer, and exact arithmetic stays quick."""

HALF_DAYS: Final = "half days"
NON_SCORE: Final = "non-scores"

_DATE_INSTEAD: Final = refuse("NOT_A_NUMBER", DATE_INSTEAD)
_NUMBER = re.compile(r"(-?)([1-9]\d{0,2}(?:,\d{3})+|\d+)?(?:\.(\d+))?", re.ASCII)
_EXACT = Context(prec=2 * LONGEST_NUMBER)
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+\s*%?")
_CENSORED = re.compile(r"[<>]=?\s*\d+(?:\.\d+)?\s*%?")
_ROUNDING: Final = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "nearest": ROUND_HALF_UP}


def read_number(text: str) -> Decimal | None:
    """Return the number that a cleaned text writes out in full, None where it is none.

    `1,234` counts only with proper groups of three; `1e3`, `+5` and `1 234` are no numbers here.
    """
    found = _NUMBER.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if found is None or not (found[2] or found[3]):
        return None
    whole = (found[2] or "0").replace(",", "")
    return Decimal(f"{found[1]}{whole}.{found[3] or '0'}")


def _prepared(cell: str, rules: FeedRules) -> str | Verdict:
    """Return the text to be read as a number, or the verdict that is already clear."""
    cleaned = cleaned_cell(cell, date=_DATE_INSTEAD)
    if isinstance(cleaned, Verdict):
        return cleaned
    return BLANK if is_blank(cleaned, rules) else cleaned


def _not_a_number(text: str) -> Verdict:
    if _CENSORED.fullmatch(text):
        return refuse(
            "CENSORED",
            "This value isn't an exact number, so it was skipped. Change the export to send the "
            "number.",
        )
    if _DECIMAL_COMMA.fullmatch(text):
        return refuse(
            "NOT_A_NUMBER",
            "This value has a comma where a decimal point belongs (94,5 for 94.5). Change the "
            "export to use decimal points.",
        )
    return _MAY_BE_BLANK if says_blank(text) else _NO_NUMBER


_NO_NUMBER: Final = refuse("NOT_A_NUMBER", "This value isn't a number. Fix it in your SIS.")
_MAY_BE_BLANK: Final = refuse(
    "NOT_A_NUMBER",
    "This value isn't a number. If it means blank, check it under Feeds, Columns. If not, fix it "
    "in your SIS.",
)


def _whole(number: Decimal, rules: FeedRules) -> Decimal | Verdict:
    if number == number.to_integral_value():
        return number
    if rules.half_days == "refuse":
        return _HALF if 2 * number == (2 * number).to_integral_value() else _FRACTION
    return number.to_integral_value(_ROUNDING[rules.half_days])


_HALF: Final = refuse(
    "NOT_WHOLE",
    "This value isn't a whole number. If your SIS counts half days, choose how to round them in "
    "the feed.",
)
_FRACTION: Final = refuse(
    "NOT_WHOLE",
    "This value isn't a whole number or a half day. Check whether the export now counts "
    "something else, such as periods, hours or a share of the days.",
)


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number, 0 and up; of days in so many days at most `most`."""

    sql: str = "integer"
    most: int | None = None

    def describe(self) -> str:
        most = f", at most {self.most}" if self.most is not None else ""
        return f"A whole number, 0 or more{most}; 1,234 and 12.0 are understood."

    def judge(self, cell: str, rules: FeedRules) -> Verdict:
        text = _prepared(cell, rules)
        if isinstance(text, Verdict):
            return text
        number = read_number(text)
        if number is None:
            return _not_a_number(text)
        if number < 0:
            return refuse("NEGATIVE", "This value is below 0. Fix it in your SIS.")
        rounded = _whole(number, rules)
        if isinstance(rounded, Verdict):
            return rounded
        if rounded > LARGEST_INTEGER:
            return refuse(
                "OUT_OF_RANGE",
                "This value is too large. Fix it in your SIS, or check whether the columns have "
                "shifted.",
            )
        if self.most is not None and rounded > self.most:
            return refuse(
                "MORE_THAN_DAYS",
                f"This value is more than {self.most} days. Check whether the columns have "
                "shifted. If your SIS counts periods, leave the column out.",
            )
        return Verdict(str(int(rounded)), note="" if rounded == number else HALF_DAYS)


@dataclass(frozen=True, slots=True)
class Score:
    """A whole number within the instrument's published range, both ends included."""

    minimum: int
    maximum: int
    percent_sign: bool = False
    """`98%` is understood: the measure is a percentage."""

    @property
    def sql(self) -> str:
        return "integer"

    def describe(self) -> str:
        sign = ", also written 98%" if self.percent_sign else ""
        return f"A whole number from {self.minimum} to {self.maximum}{sign}."

    def judge(self, cell: str, rules: FeedRules) -> Verdict:
        text = _prepared(cell, rules)
        if isinstance(text, Verdict):
            return text
        if text.lower() in NON_SCORES:
            return Verdict(None, note=NON_SCORE)
        number = read_number(text.removesuffix("%").rstrip() if self.percent_sign else text)
        if number is None:
            return _not_a_number(text)
        # Beside 0.98 a 1 means all words; beside 98 it is one in a hundred.
        is_told = number == 1 and rules.percent_scale == "100"
        if self.percent_sign and 0 < number <= 1 and not (is_told or text.endswith("%")):
            return SCORE_AMBIGUOUS
        if number != number.to_integral_value():
            return refuse(
                "NOT_WHOLE", "This value isn't a whole number, and scores are. Fix it in your SIS."
            )
        if not self.minimum <= number <= self.maximum:
            return refuse(
                "OUT_OF_RANGE",
                f"This value is outside the test's range ({self.minimum} to {self.maximum}). Fix "
                "it in your SIS, or check whether the columns have shifted.",
            )
        return Verdict(str(int(number)))


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage from 0 to 100 with two decimals, half up. Its scale is the file's."""

    sql: str = "numeric(5,2)"

    def describe(self) -> str:
        return "A percentage from 0 to 100, two decimals; 94.5 and 94.5% are understood."

    def judge(self, cell: str, rules: FeedRules) -> Verdict:
        """Judge as a percentage of 100."""
        return self.judge_at_scale(cell, rules, factor=1)

    def judge_at_scale(self, cell: str, rules: FeedRules, *, factor: int | None) -> Verdict:
        """Judge a bare number times `factor`; one with a percent sign as it is.

        `factor` is 1 or 100; None: the scale of the file is unknown.
        """
        text = _prepared(cell, rules)
        if isinstance(text, Verdict):
            return text
        number = read_number(text.removesuffix("%").rstrip())
        if number is None:
            return _not_a_number(text)
        if not 0 <= number <= 100:
            return _NO_PERCENTAGE
        if text.endswith("%"):
            return _percentage(number)
        if factor is None and 0 < number <= 1:
            return PERCENT_AMBIGUOUS
        if factor == 100 and number > 1:
            return PERCENT_IS_NOT_FRACTION
        return _percentage(_EXACT.multiply(number, Decimal(factor or 1)))


def _percentage(number: Decimal) -> Verdict:
    return Verdict(str(number.copy_abs().quantize(_HUNDREDTH, ROUND_HALF_UP, _EXACT)))


_HUNDREDTH: Final = Decimal("0.01")
_NO_PERCENTAGE: Final = refuse(
    "OUT_OF_RANGE", "This value isn't between 0 and 100%. Fix it in your SIS."
)
PERCENT_AMBIGUOUS: Final = refuse(
    "PERCENT_AMBIGUOUS",
    "This value could be a percentage or a fraction of 1, so it wasn't imported. Change the "
    "export to write a percent sign, or set the percent scale in the feed.",
)
SCORE_AMBIGUOUS: Final = refuse(
    "PERCENT_AMBIGUOUS",
    "This value could be a percentage or a fraction of 1, so it wasn't imported. Change the "
    "export to write 98 or 98%, not 0.98.",
)
PERCENT_IS_NOT_FRACTION: Final = refuse(
    "PERCENT_IS_NOT_FRACTION",
    "This value is a percentage, but the rest of the file writes fractions of 1 (0.945). Change "
    "the export to write all rows the same way.",
)

_YES: Final = frozenset({"yes", "y", "true", "t", "1", "met"})
_NO: Final = frozenset({"no", "n", "false", "f", "0", "not met"})


@dataclass(frozen=True, slots=True)
class YesNo:
    """Whether a standard was met."""

    sql: str = "boolean"

    def describe(self) -> str:
        return "Yes or No; Y/N, True/False, 1/0 and Met/Not met are understood."

    def judge(self, cell: str, rules: FeedRules) -> Verdict:
        text = _prepared(cell, rules)
        if isinstance(text, Verdict):
            return text
        folded = " ".join(text.lower().split())
        if folded in _YES or folded in _NO:
            return Verdict("t" if folded in _YES else "f")
        return refuse("NOT_YES_NO", "This value isn't yes or no. Fix it in your SIS.")
