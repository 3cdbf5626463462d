"""What every reader gives: a table of text cells in small chunks, records with row numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

CHUNK_SIZE = 400
"""Records per chunk: few enough to stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file once its header was found. Shown to people; no student's value."""

    name: str
    size: int
    kind: str
    """`delimited`, `xlsx`, `xls`, `ods`, `html`, `mhtml` or `xml` (Excel 2003)."""
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1
    worksheet: str | None = None
    notes: tuple[str, ...] = ()
    other_worksheets: tuple[str, ...] = ()
    """Sheets that have a recognizable header too, and are not read."""
    files: tuple[str, ...] = ()
    """The names of the files that are read as one, safe to print; () where there is one only."""
    doubtful_words: tuple[str, ...] = ()
    """Words that another encoding may have meant: for an issue, which only administrators see."""


@dataclass(frozen=True, slots=True)
class DamagedRecord:
    """A record that could not be read as one of the table's rows, and why.

    `cells` are whatever could be split, for the fix-it file and to find the student it names.
    """

    row: int
    code: str
    message: str
    cells: list[str]
    column: str | None = None
    """The header of the cell that is to blame, as the file writes it."""
    placed: list[str] | None = None
    """The cells below the table's header, where `cells` are in another order: `LACKING` below a
    column for which the record has none, those beyond the header at the end."""


@dataclass(slots=True)
class Chunk:
    """`records[i]` has exactly the header's number of cells and is row `rows[i]`.

    Blank lines are left out. `damaged` are the rejected records between them. `stray_quotes` are
    the rows kept although a quote is inside an unquoted cell (a warning each). `origins[i]` is, by
    column, the header that the file has for the cells of `records[i]`; [] where it is always the
    table's own.
    """

    rows: list[int]
    records: list[list[str]]
    damaged: list[DamagedRecord] = field(default_factory=list)
    stray_quotes: list[int] = field(default_factory=list)
    origins: list[Mapping[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """The last record of a text file whose last line has no end: it may have been cut there."""

    row: int
    column: int
    """That of the record's last cell; -1 where that cell is whole."""
    looks_cut: bool = False
    """The file's other rows show that the last cell is not whole."""
    others: tuple["OpenEnd", ...] = ()
    """Those of the files before, where several are read as one."""
    header: str | None = None
    """That of the cell in the file, where the table has other columns."""


@dataclass(frozen=True, slots=True)
class CutEnd:
    """An OpenEnd, by the field of the record's last cell; None: it has none, or is whole."""

    row: int
    field: str | None
    is_cut: bool
    """The file's other rows show that this cell is not whole."""
    header: str | None = None
    """That of the cell in the file, where the field alone does not tell it."""


class Table(Protocol):
    """An opened file whose header was found."""

    facts: FileFacts
    header: tuple[str, ...]
    """The header as the file writes it (outer blanks trimmed); trailing unnamed cells cut."""

    def chunks(self) -> Iterator[Chunk]:
        """Read from the first record after the header to the end; every call starts again.

        Raises FileRefused where the file turns out to be unreadable half-way. After the last
        chunk `notes` holds what was learned on the way (footer rows, blank lines).
        """
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Facts learned by the last complete `chunks()`, for the report."""
        ...

    @property
    def open_end(self) -> OpenEnd | None:
        """Where the last complete `chunks()` found that the file may have been cut."""
        ...

    @property
    def records_read(self) -> int:
        """Records of the file so far: every row a spreadsheet program would show."""
        ...

    @property
    def bytes_read(self) -> int:
        """How far into the file the reading is, for the progress bar."""
        ...
