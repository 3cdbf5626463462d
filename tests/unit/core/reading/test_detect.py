"""The encoding, by all bytes."""

import io

import pytest

from rollbook.core.reading.detect import BLOCK, detect_encoding
from rollbook.core.reading.errors import FileTooLarge, NotATable

LINE = "Student ID,SSID,Last Name\n"


def name_of(data: bytes) -> str:
    return detect_encoding(io.BytesIO(data)).encoding.name


@pytest.mark.parametrize("text", [LINE, LINE + "1,2,Muñoz\n", LINE + "1,2,李\n", "\ufeff" + LINE])
def test_text_in_utf_8_is_utf_8(text: str) -> None:
    assert name_of(text.encode()) == "utf-8"


def test_one_valid_character_makes_it_utf_8_however_many_stray_bytes_there_are() -> None:
    assert name_of(LINE.encode() + b"1,2,\xe9\xe8\n" * 9 + "3,4,Muñoz\n".encode()) == "utf-8"


def test_without_a_valid_character_it_is_windows_1252() -> None:
    assert name_of((LINE + "1,2,Muñoz\n").encode("cp1252")) == "windows-1252"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_utf_16_is_known_by_its_mark_or_its_zeros(codec: str, mark: str) -> None:
    assert name_of((mark + LINE).encode(codec)) == codec


@pytest.mark.parametrize("shift", range(4))
def test_a_character_across_two_blocks_is_seen(shift: int) -> None:
    lines = b"x\n" * (BLOCK // 2)
    assert name_of(lines[: BLOCK - shift] + "李\n".encode()) == "utf-8"


def test_the_last_byte_decides_too() -> None:
    assert name_of(b"x\n" * BLOCK + "é".encode("cp1252")) == "windows-1252"


def test_utf_8_that_broke_off_inside_its_only_accent_is_still_utf_8() -> None:
    assert name_of((LINE + "1,2,Muñ").encode()[:-1]) == "utf-8"


@pytest.mark.parametrize("end", ["JOSÉ", "José", "Muñoz, Å"])
def test_windows_1252_without_a_last_line_break_is_windows_1252(end: str) -> None:
    assert name_of((LINE + f"1,2,Núñez\n1,2,{end}").encode("cp1252")) == "windows-1252"


def test_binary_data_is_no_table() -> None:
    with pytest.raises(NotATable):
        name_of(bytes(range(256)) + b"\0" * 1000)


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(FileTooLarge):
        name_of(b"x" * (BLOCK + 1))
