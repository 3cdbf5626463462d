"""What a workbook's number format makes of a number: zeros given back, a percentage, a date.

A format decides the meaning, never the rounding: 0.945 shown as 95 % is read as 94.5 %.
Sources: ECMA-376 part 1, 18.8.30 (numFmt) and 18.17.4 (dates and times).
"""

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from rollbook.core import cells

BUILT_IN: Final = {
    9: "0%", 10: "0.00%", 14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yyyy h:mm",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 49: "@",
}  # fmt: skip
"""Formats that a workbook uses by number, as far as they change a meaning."""

_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


class Meaning(Enum):
    NUMBER = auto()
    PERCENT = auto()
    DATE = auto()
    ZEROS = auto()


@lru_cache(maxsize=1024)
def meaning_of(code: str) -> tuple[Meaning, int]:
    """Return what `code` means, and for ZEROS how many digits it shows at least."""
    section = _LITERALS.sub("", code.split(";", 1)[0])
    elapsed = re.search(r"\[(h+|m+|s+)\]", code, re.IGNORECASE)
    if elapsed or (re.search(r"[dmyhs]", section, re.IGNORECASE) and "general" not in code.lower()):
        return Meaning.DATE, 0
    if "%" in section:
        return Meaning.PERCENT, 0
    if re.fullmatch(r"0{2,}", section.strip()):
        return Meaning.ZEROS, len(section.strip())
    return Meaning.NUMBER, 0


def shown_number(raw: str, code: str, *, epoch_1904: bool) -> str:
    """Return the cell's text, marked where the number says less than the text would have.

    `raw` is the stored number, such as `0.94499999999999995`.
    """
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return f"{cells.ERROR}a number that cannot be read"
    # A larger exponent than a binary number has would be written out digit by digit.
    if not number.is_finite() or abs(number.adjusted()) > 308:
        return f"{cells.ERROR}a number that cannot be read"
    meaning, digits = meaning_of(code)
    number = _as_excel_shows(number)
    if meaning is Meaning.PERCENT:
        return f"{_plain(number * 100)}%"
    if meaning is Meaning.DATE:
        return f"{cells.DATE}{_date(number, epoch_1904=epoch_1904)}"
    if meaning is Meaning.ZEROS and number == number.to_integral_value() and number >= 0:
        return _plain(number).rjust(digits, "0")
    return f"{cells.NUMBER}{_plain(number)}"


def _as_excel_shows(number: Decimal) -> Decimal:
    # Stored are the 17 digits of the binary number; a spreadsheet program has 15 and shows no
    # more. 94.499999999999986 is how 94.5 is stored, not what somebody meant.
    exponent = number.adjusted() - 14
    return number.quantize(Decimal(1).scaleb(exponent)) if number and exponent < 0 else number


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(number: Decimal, *, epoch_1904: bool) -> str:
    # The 1900 system believes in a 29 February 1900 (day 60), so days before it are one off.
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    if not epoch_1904 and number < 60:
        number += 1
    try:
        when = start + timedelta(days=float(number))
    except OverflowError:
        return "a date that cannot be read"
    return when.date().isoformat() if number == int(number) else when.isoformat(" ", "seconds")
