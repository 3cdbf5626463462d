"""Texts that fit no other cell of their column: words among numbers, names with numbers.

A row that has shifted has such texts; so have accounts for tests. They are told either way.
"""

import re
from typing import Final

from rollbook.core.catalogue.verdict import Verdict

_NUMBER_AND_NAME: Final = re.compile(r"\d{3,}[A-Z][a-z]{2,}")
_DIGIT: Final = re.compile(r"\d")
_ORDINAL: Final = re.compile(r"\b\d*(?:1st|2nd|3rd|\dth)\b", re.IGNORECASE)
_NUMBER: Final = r"\d[\d.,]*%?"
_NAME_AND_NUMBER: Final = re.compile(rf"(?P<name>\D*[^\W\d_])(?P<number>{_NUMBER})")
_NUMBER_FIRST: Final = re.compile(
    rf"(?P<number>{_NUMBER})(?P<blank>\s*)(?P<name>[^\W\d_].*)", re.DOTALL
)
_TRIED: Final = re.compile(r"test|student|demo|sample|dummy|fake|training|temp|user", re.IGNORECASE)

_NUMBERED: Final = Verdict(
    None,
    "NAME_WITH_NUMBER",
    "This value has a number in a name, which hardly any other row has. It's kept as it is. Fix "
    "it in your SIS, or check whether a delimiter is missing in this row.",
)
_WORD: Final = Verdict(
    None,
    "ID_IS_WORD",
    "This value is a word, and nearly all other IDs are numbers. The row still counts. Check "
    "whose it is, and whether a delimiter is missing in it.",
)


def has_digit(text: str) -> bool:
    """Tell whether there is a digit in any of the texts that were joined."""
    return _DIGIT.search(text) is not None


def is_word(text: str) -> bool:
    """Tell whether an identifier is a word, or ends with one that is written as names are."""
    if text.isdigit():
        return False
    return text.isalpha() or is_number_and_name(text)


def is_number_and_name(text: str) -> bool:
    """Tell whether a name follows a number without a blank: `500100Lovelace`."""
    return _NUMBER_AND_NAME.fullmatch(text) is not None


def is_numbered_person(text: str) -> bool:
    """Tell whether a person's name has a number: `Mia12`, `Student 7`; `Lee 3rd` has none."""
    return has_digit(_ORDINAL.sub("", text))


def is_numbered_school(text: str) -> bool:
    """Tell whether a school begins with a number, or ends with one without a blank before it.

    `2.3Peninsula High`, `Peninsula High12`; `3rd Street Elementary` and `PS 118` do not.
    """
    return number_and_name(_ORDINAL.sub("", text)) is not None


def number_and_name(text: str) -> tuple[str, str, bool] | None:
    """Return number and name that are one text, and whether nothing divides them.

    None where no number begins or, without a blank, ends the text.
    """
    found = _NUMBER_FIRST.fullmatch(text)
    if found is not None:
        return found["number"], found["name"], not found["blank"]
    found = _NAME_AND_NUMBER.fullmatch(text)
    return (found["number"], found["name"], True) if found is not None else None


def is_of_trial(text: str) -> bool:
    """Tell whether a name or identifier is that of an account for tests."""
    return _TRIED.search(text) is not None


def is_written_as_a_name(text: str) -> bool:
    """Tell whether a word begins with a capital and goes on with others: `Lovelace`."""
    return text[:1].isupper() and text[1:].islower()


def warning_of(text: str, *, is_identifier: bool, is_person: bool) -> Verdict | None:
    """Return what is odd about a text that its column has marked; None for nothing."""
    if is_identifier:
        return _WORD if is_word(text) else None
    if is_person:
        return _NUMBERED if is_numbered_person(text) else None
    return _NUMBERED if is_numbered_school(text) and text[0].isdigit() else None
