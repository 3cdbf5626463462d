"""What no student file looks like is refused or read within bounded memory and time."""

import time
import tracemalloc
from collections.abc import Iterator

import pytest

from rollbook.core.errors import FileRefused
from rollbook.core.reading.errors import FileTooLarge
from tests.spec.reading import opened, read

HEAD = "Student ID,SSID,Last Name\n"
STUDENT = "001,9001,Ada\n"
WIDE = "," * 900_000 + "\n"


@pytest.fixture(autouse=True)
def limited_time() -> Iterator[None]:
    """Ten seconds of processor, however busy the machine is."""
    began = time.process_time()
    yield
    assert time.process_time() - began < 10


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["", "\n" + STUDENT])
def test_a_line_without_an_end_is_refused(codec: str, end: str) -> None:
    with pytest.raises(FileTooLarge):
        read(f"{HEAD}{STUDENT}001,9001,{'x' * 3_000_000}{end}".encode(codec))


def test_wide_lines_before_the_header_do_not_take_long() -> None:
    assert read(WIDE * 20 + HEAD + STUDENT).records == {22: ["001", "9001", "Ada"]}


def test_wide_lines_after_the_header_do_not_pile_up_in_memory() -> None:
    data = (HEAD + STUDENT + ("x" + WIDE) * 20 + STUDENT).encode()
    tracemalloc.start()
    result = read(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert list(result.records) == [2, 23]
    assert most < 100_000_000


def test_a_header_cell_of_a_megabyte_does_not_take_long() -> None:
    assert len(opened(f"Student ID,SSID,{'Score ' * 150_000}\n{STUDENT}").header[2]) <= 500


@pytest.mark.parametrize("line", ['"', '"a', '"a,"', '001,9001,"Ada', 'x"y', '""""', '"\r'])
def test_many_lines_with_a_loose_quote_do_not_take_long(line: str) -> None:
    result = read(f"{HEAD}{STUDENT}" + f"{line}\n" * 5_000 + STUDENT * 2)
    assert max(result.records) == result.table.records_read
    assert len(result.damaged) + len(result.records) >= 5_000


def test_a_line_full_of_quotes_does_not_take_long() -> None:
    try:
        assert 2 in read(HEAD + STUDENT + '"' + 'a,"' * 300_000 + "\n" + STUDENT * 2).records
    except FileRefused as refused:
        assert str(refused)
