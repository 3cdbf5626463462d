"""What an export writes around a file's students, and how it writes text."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TableStyle:
    """One way to write the same students. The first five concern text files only."""

    delimiter: str = ","
    encoding: str = "utf-8"
    """As Python's `open` takes it. What it cannot write loses its accents, as in a real export."""
    line_end: str = "\r\n"
    quotes_all: bool = False
    trailing_delimiter: bool = False
    preamble: tuple[tuple[str, ...], ...] = ()
    footer: tuple[tuple[str, ...], ...] = ()
    more_columns: tuple[tuple[str, tuple[str, ...], str], ...] = ()
    """Header, cells that take turns, and the code of the issue that must be found."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Header as the catalogue has it, and as the file does."""
    is_cut_off: bool = False
    """The upload broke off in the middle of the last student."""


PLAIN: Final = TableStyle()

REPORT: Final = TableStyle(
    encoding="utf-8-sig",
    trailing_delimiter=True,
    preamble=(("Alder Valley School District",), ("Student data export", "2025-11-03"), ()),
    footer=((), ("End of report",)),
    more_columns=(
        ("Homeroom", ("Room 12",), "UNKNOWN_COLUMN"),
        ("Winter 2026 i-Ready Math Overall Score", ("431",), "UNKNOWN_TERM"),
    ),
)
"""A report that a user built in the SIS, with everything that surrounds its table."""
