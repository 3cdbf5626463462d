"""What a number's format makes of it: a number that identifies arrives as shown, or marked."""

import pytest

from rollbook.core import cells
from rollbook.core.reading.number_formats import shown_number

MARKED = cells.NUMBER


@pytest.mark.parametrize(
    ("raw", "code", "shown"),
    [
        ("123456789", r"000\-00\-0000", "123-45-6789"),
        ("1234567", r"000\-00\-0000", "001-23-4567"),
        ("1234567890", r"000\-00\-0000", "1234-56-7890"),
        ("123456789", "000-00-0000", "123-45-6789"),
        ("123", '"S"00000', "S00123"),
        ("123", '"S"0', "S123"),
        ("123", r"\S00000;[Red]0", "S00123"),
        ("123", '00000"-X"', "00123-X"),
        ("123", '[Blue]"a;b"00000', f"{MARKED}123"),
        ("123", "[$-409]00000", "00123"),
        ("123", "[$S]00000", "S00123"),
        ("123", "00000_)", "00123"),
        ("123", "* 00000", "00123"),
    ],
)
def test_zeros_and_signs_of_a_format_are_part_of_an_identifier(
    raw: str, code: str, shown: str
) -> None:
    assert shown_number(raw, code, epoch_1904=False) == shown


@pytest.mark.parametrize(
    "code",
    [
        "[<=9999999]000-0000;(000) 000-0000",
        "###-##-####",
        '"S"#',
        '00" days"',
        r"000\.00",
        "0,000",
        "000.0",
        "# ?/?",
        "0.00E+00",
        "0E-00",
        "0/8",
        "00 00",
        "General",
        "0",
    ],
)
def test_a_number_whose_format_cannot_be_followed_is_marked_as_a_number(code: str) -> None:
    assert shown_number("12345", code, epoch_1904=False) == f"{MARKED}12345"


@pytest.mark.parametrize("code", ["0" * 16, r"0000\-0000\-0000\-0000", "0" * 20])
def test_more_digits_than_a_workbook_keeps_are_no_zeros_given_back(code: str) -> None:
    shown = shown_number("1.23456789012345E+15", code, epoch_1904=False)
    assert shown == f"{MARKED}1234567890123450"
    assert shown_number("123456789012345", code, epoch_1904=False)[:1] != MARKED


def test_a_percent_sign_that_is_only_written_says_that_the_number_is_a_percentage() -> None:
    assert shown_number("94.5", '0.0"%"', epoch_1904=False) == "94.5%"
    assert shown_number("94.5", r"0.0\%", epoch_1904=False) == "94.5%"
    assert shown_number("0.945", "0.0%", epoch_1904=False) == "94.5%"


@pytest.mark.parametrize("raw", ["-12", "12.5"])
def test_what_is_no_whole_number_is_no_identifier_of_zeros(raw: str) -> None:
    assert shown_number(raw, "00000", epoch_1904=False) == f"{MARKED}{raw}"
