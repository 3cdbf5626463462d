"""What a workbook's number format makes of a number: zeros given back, a percentage, a date.

A format decides the meaning, never the rounding: 0.945 shown as 95% is read as 94.5%.
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

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<blank>[_*].)|\[(?P<bracket>[^\]]*)\]|(?P<bare>.)',
    re.DOTALL,
)
_COLOR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d+", re.IGNORECASE)
_CURRENCY = re.compile(r"\$(?P<sign>[^-]*)(-\w*)?")
_DIGIT, _OTHER = "\0", "\1"  # a digit's place; a sign that shows what cannot be followed
_WITH_ZEROS = re.compile(rf"[\w-]*{_DIGIT}[\w{_DIGIT}-]*", re.ASCII)
LONGEST_NUMBER: Final = 400
"""Characters of a stored number: one without an exponent has up to 325."""

LONGEST_FORMATTED: Final = 64
"""Characters of a number as a program shows it."""

_TRUSTED: Final = Decimal(10) ** 15
"""A workbook keeps 15 digits of a number; from here on they are lost."""


class Meaning(Enum):
    NUMBER = auto()
    PERCENT = auto()
    WRITTEN_PERCENT = auto()
    DATE = auto()
    ZEROS = auto()


@lru_cache(maxsize=8192)
def meaning_of(code: str) -> tuple[Meaning, str]:
    """Return what `code` means, and for ZEROS what is shown, with `_DIGIT` for each digit."""
    bare, shown = _first_section(code)
    elapsed = re.search(r"\[(h+|m+|s+)\]", code, re.IGNORECASE)
    if elapsed or (re.search(r"[dmyhs]", bare, re.IGNORECASE) and "general" not in code.lower()):
        return Meaning.DATE, ""
    if "%" in bare:
        return Meaning.PERCENT, ""
    if shown.endswith("%"):
        return Meaning.WRITTEN_PERCENT, ""
    if len(shown) > 1 and _WITH_ZEROS.fullmatch(shown):
        return Meaning.ZEROS, shown
    return Meaning.NUMBER, ""


def _first_section(code: str) -> tuple[str, str]:
    """Return what the section for positive numbers has beside literals, and what it shows.

    Nothing where that depends on a condition: it is unknown.
    """
    bare, shown, is_conditional = "", "", False
    for piece in _PIECE.finditer(code):
        sign = piece["bare"]
        if sign == ";":
            break
        if sign is not None:
            bare += sign
            shown += {"0": _DIGIT, "-": "-", " ": " "}.get(sign, _OTHER)
        elif (bracket := piece["bracket"]) is not None:
            currency = _CURRENCY.fullmatch(bracket)
            is_conditional |= currency is None and not _COLOR.fullmatch(bracket)
            shown += currency["sign"] if currency else ""
        else:
            shown += piece["quoted"] or piece["escaped"] or ""
    return bare, "" if is_conditional else shown.strip()


def shown_number(raw: str, code: str, *, epoch_1904: bool) -> str:
    """Return the cell's text, marked where the number says less than the text would have.

    `raw` is the stored number, such as `0.94499999999999995`.
    """
    if len(raw) > LONGEST_NUMBER:
        return f"{cells.ERROR}a number that can't be read"
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return f"{cells.ERROR}a number that can't be read"
    # A larger exponent than a binary number has would be written out digit by digit.
    if not number.is_finite() or abs(number.adjusted()) > 308:
        return f"{cells.ERROR}a number that can't be read"
    meaning, pattern = meaning_of(code)
    number = _as_excel_shows(number)
    if meaning is Meaning.PERCENT:
        return f"{_plain(number * 100)}%"
    if meaning is Meaning.WRITTEN_PERCENT:
        return f"{_plain(number)}%"
    if meaning is Meaning.DATE:
        return f"{cells.DATE}{_date(number, epoch_1904=epoch_1904)}"
    is_whole = number == number.to_integral_value()
    if meaning is Meaning.ZEROS and is_whole and 0 <= number < _TRUSTED:
        return _filled(pattern, _plain(number))
    return f"{cells.NUMBER}{_plain(number)}"


def number_as_shown(value: str, text: str) -> str:
    """Return the cell's text, marked; `text` is what the program showed.

    It is followed as if it were a format, where that is one.
    """
    if len(text) > LONGEST_FORMATTED:
        return shown_number(value, "General", epoch_1904=False)
    if text.endswith("%"):
        return shown_number(value, '0"%"', epoch_1904=False)
    if not text.isdigit() or text.startswith("0"):  # otherwise nothing tells of zeros
        as_format = "".join("0" if sign in "0123456789" else f'"{sign}"' for sign in text)
        if shown_number(value, as_format, epoch_1904=False) == text:
            return text
    return shown_number(value, "General", epoch_1904=False)


@lru_cache(maxsize=8192)
def is_hidden(raw: str, code: str) -> bool:
    """Tell whether a program shows nothing for the number: `;;` hides all, `0;-0;` zeros."""
    if ";" not in code or len(raw) > LONGEST_NUMBER:
        return False
    pieces = _PIECE.finditer(code)
    shown = "".join(
        piece[0]
        if piece["bare"]
        else "x" * bool(piece["quoted"] or piece["escaped"] or piece["bracket"])
        for piece in pieces
    )
    try:
        number = float(raw)
    except ValueError:
        return False
    return not _section(shown.split(";"), number).strip()


def _section(sections: list[str], number: float) -> str:
    if number == 0 and len(sections) > 2:
        return sections[2]
    return sections[1] if number < 0 and len(sections) > 1 else sections[0]


def _as_excel_shows(number: Decimal) -> Decimal:
    # Stored are the 17 digits of the binary number; a spreadsheet program has 15 and shows no
    # more. 94.499999999999986 is how 94.5 is stored, not what was meant.
    exponent = number.adjusted() - 14
    return number.quantize(Decimal(1).scaleb(exponent)) if number and exponent < 0 else number


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _filled(pattern: str, digits: str) -> str:
    """Put `digits` into the places of `pattern`; more than those go before the first."""
    places = pattern.count(_DIGIT)
    digits = digits.rjust(places, "0")
    first = len(digits) - places + 1
    shown = iter([digits[:first], *digits[first:]])
    return re.sub(_DIGIT, lambda _: next(shown), pattern)


def _date(number: Decimal, *, epoch_1904: bool) -> str:
    # The 1900 system believes in a 29 February 1900 (day 60), so days before it are one off.
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    if not epoch_1904 and number < 60:
        number += 1
    try:
        when = start + timedelta(days=float(number))
    except OverflowError:
        return "a date that can't be read"
    return when.date().isoformat() if number == int(number) else when.isoformat(" ", "seconds")
