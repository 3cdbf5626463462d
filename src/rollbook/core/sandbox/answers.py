"""What the limited process answers about a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rollbook.core.issues import IssueBatch
from rollbook.core.layouts.layout import FileLayout
from rollbook.core.mapped_texts import MappedTexts
from rollbook.core.profile.spread import Spread
from rollbook.core.table import CutEnd, FileFacts
from rollbook.core.validation.rows import Rejected


@dataclass(frozen=True, slots=True)
class Opened:
    """What is known once the header was found. `fields[i]`: the field of column i."""

    facts: FileFacts
    header: tuple[str, ...]
    fields: tuple[str | None, ...]
    layout: FileLayout | None = None
    """The vendor's layout that the header is of, or comes near to."""
    staged: tuple[tuple[str, str], ...] | None = None
    """Where a layout is applied: the fields that are judged, each with its header."""
    tests_of: str = ""
    """The name of the layout of tests that the header is of, or resembles; "" for none."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The columns are known and the scale is decided: judging begins."""


@dataclass(frozen=True, slots=True)
class FoundIssues:
    issues: IssueBatch


@dataclass(frozen=True, slots=True)
class Notes:
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenRows:
    """Row numbers and cells as the fix-it file writes them."""

    rows: list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """Some judged rows: those accepted as COPY text, and the rejected ones; `done`: bytes read."""

    copy_text: bytes
    accepted: int
    rejected: list[Rejected]
    done: int


@dataclass(frozen=True, slots=True)
class Finished:
    """What is known at the end of the file; see Validator."""

    records: int = 0
    records_read: int = 0
    set_aside: tuple[str, ...] = ()
    uneven: tuple[str, ...] = ()
    left_out: int = 0
    """Rows that the layout leaves out by declaration."""
    filled: Mapping[str, int] = field(default_factory=dict)
    """Field -> how many rows have a value in its column."""
    ends: tuple[CutEnd, ...] = ()
    """The last row of each file after which no line ends: it may have been cut there."""
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    """Field -> how the values of its column are spread."""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field -> the headers of the file that filled its column, where they may be several."""
    made_on: str = ""
    """The day on which the file says that it was made, as 2026-11-28; "" where it does not."""
    mapped: MappedTexts = field(default_factory=MappedTexts)
    """In how many rows each text of the feed's own mapping was."""


Answer = Opened | Ready | FoundIssues | Notes | JudgedRows | WrittenRows | Finished
