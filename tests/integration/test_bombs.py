"""A file made to harm is refused within bounds of memory and time, and the sentence says why."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration import bombs

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("readers_from_the_start")]
"""What is limited is processor time, which a busy machine gives slowly."""

MEGABYTES = 345
"""The 300 MB of the limit, and what the process has before it looks at the file."""

SECONDS = 33
"""The 30 s of the limit, its start, and the second by which the kernel may be late."""

READ = """
import json, os, resource, sys, tempfile
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.errors import RollbookError
from rollbook.core.feed_settings import FeedRules
from rollbook.core.sandbox.answers import JudgedRows
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sandbox.task import Task, Wanted
path = sys.argv[1]
said = {"accepted": 0, "rejected": 0, "refused": None}
with open(path, "rb") as file, Sandbox(file, tempfile.TemporaryFile) as sandbox:
    task = Task(Wanted.JUDGED, "students", os.path.getsize(path), student_catalogue(), FeedRules())
    try:
        for answer in sandbox.answers(task):
            if isinstance(answer, JudgedRows):
                said["accepted"] += answer.accepted
                said["rejected"] += len(answer.rejected)
    except RollbookError as error:
        said["refused"] = type(error).__name__ + ": " + str(error)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
said |= {"megabytes": used.ru_maxrss / 1024, "seconds": used.ru_utime + used.ru_stime}
print(json.dumps(said))
"""


def _read(path: Path) -> dict[str, Any]:
    """Read the file in the limited process; return what came of it and what that cost."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["megabytes"] < MEGABYTES, found
    return found


TABLE: tuple[Any, ...] = (
    (bombs.text_of_20_mb_200_times, "more than 65,536 characters"),
    (bombs.longest_text_in_every_cell, "too many of its cells have a long text"),
    (bombs.cell_of_100_mb, "more than 65,536 characters"),
    (bombs.attribute_of_100_mb, "elements is longer than a megabyte"),
    # Its memory or its time is over first, as the machine is busy.
    pytest.param(
        bombs.elements_within_elements, "more memory|takes far longer", marks=pytest.mark.long
    ),
    (bombs.default_attribute, "declares entities or attributes"),
    (bombs.billion_laughs, "declares entities or attributes"),
    (bombs.number_format_of_zeros, "number formats has more than 1,024 characters"),
    (bombs.a_hundred_thousand_formats, "more than 4,096 number formats"),
    (bombs.a_million_cell_styles, "more than 65,536 cell styles"),
    (bombs.twenty_thousand_sheets, "more than 256 sheets"),
    (bombs.three_thousand_tables, "more than 256 sheets"),
    (bombs.row_repeated_a_million_times, "repeated more often"),
    (bombs.cells_repeated_in_every_row, "too many of its cells have a long text"),
    (bombs.gzip_of_a_zip_of_two_million, "more entries than any export"),
    (bombs.zip_whose_directory_is_endless, "more entries than any export"),
    pytest.param(
        bombs.workbook_of_overlapping_parts,
        "far longer than its rows explain",
        marks=pytest.mark.long,
    ),
    (bombs.gzip_of_zeros, "far more than any export"),
    (bombs.line_of_a_gigabyte, "binary data"),
    (bombs.wide_characters_without_a_header, "no column for"),
    (bombs.nul_in_two_bytes, "longer than a megabyte"),
    (bombs.school_of_50_mb, "longer than a megabyte"),
    (bombs.xls_of_long_texts, "more than a megabyte of text"),
    (bombs.xls_in_circles, "damaged"),
    (bombs.comment_of_60_mb, "elements is longer than a megabyte"),
    (bombs.tables_within_tables, "nested more deeply"),
    (bombs.page_of_a_million_styles, "elements is longer than a megabyte"),
    (bombs.archive_of_half_a_million_pages, "more than 1,000 parts"),
    (bombs.xml_workbook_of_three_thousand_sheets, "more than 256 sheets"),
)
HARMLESS: tuple[tuple[Callable[[Path], None], int, int], ...] = (
    # what is written, rows accepted, rows rejected
    (bombs.zip_that_lies_in_64_bits, 1, 0),
    (bombs.a_million_merged_ranges, 1, 0),
    (bombs.a_billion_declared_rows, 0, 0),
    (bombs.long_numbers, 0, 200),
    (bombs.a_million_empty_lines, 0, 0),
    (bombs.a_million_columns, 1, 0),
    (bombs.nearly_known_names, 0, 1),
    (bombs.quote_never_closed, 99_999, 1),
    (bombs.quotes_at_every_hundredth_line, 0, 120_000),
    (bombs.quoted_quotes, 0, 20),
    (bombs.footers_of_half_a_megabyte, 0, 98),
    (bombs.letters_with_many_accents, 40, 0),
)


@pytest.mark.parametrize(("write", "why"), TABLE, ids=lambda each: getattr(each, "__name__", ""))
def test_a_bomb_is_refused_within_the_limits(
    tmp_path: Path, write: Callable[[Path], None], why: str
) -> None:
    path = tmp_path / "students"
    write(path)
    found = _read(path)
    assert found["refused"] is not None
    assert any(each in found["refused"] for each in why.split("|"))
    assert found["seconds"] < SECONDS


@pytest.mark.parametrize(
    ("write", "accepted", "rejected"), HARMLESS, ids=lambda each: getattr(each, "__name__", "")
)
def test_what_only_looks_like_a_bomb_is_read_within_the_limits(
    tmp_path: Path, write: Callable[[Path], None], accepted: int, rejected: int
) -> None:
    path = tmp_path / "students"
    write(path)
    found = _read(path)
    assert (found["refused"], found["accepted"], found["rejected"]) == (None, accepted, rejected)
    assert found["seconds"] < SECONDS
