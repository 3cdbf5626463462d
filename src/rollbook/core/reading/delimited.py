"""Delimited text: delimiter and header found by the catalogue, records read exactly and quickly."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.bounds import WIDEST, Earn, check_columns, for_free
from rollbook.core.reading.detect import detect_encoding
from rollbook.core.reading.encodings import UTF_8
from rollbook.core.reading.errors import FixedWidth
from rollbook.core.reading.fixed_width import is_fixed_width
from rollbook.core.reading.headerless import widest_row
from rollbook.core.reading.headers import ROWS_SEARCHED, HeaderFound, find_header, no_header
from rollbook.core.reading.last_column import LastColumn
from rollbook.core.reading.lines import Lines, ends_without_break
from rollbook.core.reading.lone_lines import DELIMITERS
from rollbook.core.reading.quoting import (
    LONGEST_JOIN,
    MOST_LINES,
    Parsed,
    is_formula_inside,
    parse,
)
from rollbook.core.reading.raw import Raw
from rollbook.core.reading.row_shape import QUOTE_OPEN, Settler, rows_in_words
from rollbook.core.table import CHUNK_SIZE, Chunk, FileFacts, OpenEnd

MOST_CELLS: Final = 20_000
"""Into how many cells a line is split at most; a spreadsheet writes up to 16,384 empty ones."""

LARGEST_HEAD: Final = 4 << 20
"""Characters among which the header is sought."""

MOST_QUOTES: Final = 10_000
"""A line with more of them is split cell by cell."""

_EXCEL_HINT = re.compile(r'"?sep=([^"\r\n])"?\s*', re.IGNORECASE)


class DelimitedTable:
    """A text file whose encoding, delimiter and header were found."""

    def __init__(
        self,
        file: BinaryIO,
        *,
        name: str,
        size: int,
        catalogue: Catalogue,
        rules: FeedRules,
        names: frozenset[str] = frozenset(),
        earn: Earn = for_free,
    ) -> None:
        self._file = file
        detected = detect_encoding(file, rules.encoding, names=names, earn=earn)
        self._encoding = detected.encoding
        self._hint, self._delimiter, found, rows = self._find(catalogue, rules)
        self.header = found.header
        self._header_index = found.index
        self._width = len(found.header)
        self._identifiers = found.identifiers
        self._header_cells = rows[0][: self._width]
        self._written = _written_width(rows, self._width)
        check_columns(self.header)
        self.facts = FileFacts(
            name=name,
            size=size,
            kind="delimited",
            encoding=self._encoding.name,
            delimiter=self._delimiter,
            header_row=found.index + 1,
            notes=(*filter(None, [detected.note]), *_preamble(found.index)),
            doubtful_words=detected.doubtful,
        )
        self.records_read = 0
        self.bytes_read = 0
        self.open_end: OpenEnd | None = None
        self.notes: tuple[str, ...] = ()

    def chunks(self) -> Iterator[Chunk]:
        """Read all records after the header; see Table."""
        settler = Settler(
            self._width,
            written=self._written,
            header=self._header_cells,
            identifiers=self._identifiers,
        )
        last_column = LastColumn() if ends_without_break(self._file, self._encoding) else None
        lines = Lines(self._file, self._encoding)
        reader = _RecordReader(lines, self._delimiter, widths=(self._width, self._written))
        if self._hint:
            lines.take(1)
        reader.skip(self._header_index + 1)
        for raws in reader.batches():
            chunk = settler.take(raws)
            if last_column is not None:
                last_column.add(record[-1] for record in chunk.records)
            self.records_read, self.bytes_read = reader.row, self._file.tell()
            yield chunk
        self.records_read = reader.row
        rest = settler.finish(is_cut=lines.ended_without_break)
        ends = {*rest.rows[-1:], *(damaged.row for damaged in rest.damaged[-1:])}
        if lines.ended_within_break and reader.row in ends:
            self.open_end = OpenEnd(reader.row, -1)
        if last_column is not None and lines.ended_without_break and reader.row in ends:
            last_column.add(record[-1] for record in rest.records[:-1])
            looks_cut = rest.rows[-1:] == [reader.row] and self._looks_cut(
                rest.records[-1][-1], last_column, lines=lines, cells=settler.last_cells
            )
            self.open_end = OpenEnd(reader.row, settler.last_cells - 1, looks_cut)
        yield rest
        self.notes = settler.notes

    def _looks_cut(self, cell: str, column: LastColumn, *, lines: Lines, cells: int) -> bool:
        """Tell whether the file's other rows show that its last cell is not whole."""
        if self._encoding is UTF_8 and lines.ended_within_character:
            return True
        if lines.ended_with_quote or cells > self._width:
            return False
        return cells < self._written or column.is_cut(cell)

    def _find(
        self, catalogue: Catalogue, rules: FeedRules
    ) -> tuple[bool, str, HeaderFound, list[list[str]]]:
        """Try every delimiter; the one under which most header cells are known wins.

        Returns whether there is a hint, delimiter, header, and the first rows from the header on.
        """
        first = "".join(Lines(self._file, self._encoding).take(1)).lstrip("\ufeff")
        hint = _EXCEL_HINT.fullmatch(first)
        best: tuple[str, HeaderFound, list[list[str]]] | None = None
        fullest: list[list[str]] = []
        for delimiter in (hint[1],) if hint else DELIMITERS:
            rows = self._head(delimiter, skipped=1 if hint else 0)
            found = find_header(rows, catalogue, rules)
            fullest = max(fullest, rows, key=widest_row)
            if found is not None and (best is None or found.known > best[1].known):
                best = delimiter, found, rows[found.index :]
        if best is None:
            if is_fixed_width(Lines(self._file, self._encoding).take(ROWS_SEARCHED), catalogue):
                raise FixedWidth
            raise no_header(fullest, catalogue, rules)
        return hint is not None, *best

    def _head(self, delimiter: str, *, skipped: int) -> list[list[str]]:
        lines = Lines(self._file, self._encoding)
        lines.take(skipped)
        reader = _RecordReader(lines, delimiter, widths=())
        rows: list[list[str]] = []
        size = 0
        for raw in islice(reader.one_by_one(), ROWS_SEARCHED):
            # A wider row is refused as a header; what more it holds is not looked at.
            rows.append(raw.cells[: WIDEST + 1])
            size += sum(map(len, rows[-1]))
            if size > LARGEST_HEAD:
                break
        return rows


def _written_width(rows: list[list[str]], width: int) -> int:
    """Return how many cells most of the first rows have, with the empty unnamed ones at the end.

    A single row says so only where the header has them too: its first value may have been split.
    """
    header, *students = rows
    whole = (len(row) for row in students if len(row) >= width and not "".join(row[width:]).strip())
    count, cells = max((count, cells) for cells, count in (Counter(whole) or {width: 1}).items())
    return cells if count > 1 or cells == len(header) else width


def _preamble(rows: int) -> tuple[str, ...]:
    if not rows:
        return ()
    words = rows_in_words(range(1, rows + 1))
    return (f"The header is in row {rows + 1}. The rows above it were skipped ({words}).",)


class _RecordReader:
    """Records with their row numbers: a whole batch at once where it is plain, else line by line.

    `widths` are those of a whole record; none: any is right (while the header is sought).
    """

    def __init__(self, lines: Lines, delimiter: str, *, widths: tuple[int, ...]) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._widths = widths
        self.row = 0

    def skip(self, records: int) -> None:
        for _ in islice(self.one_by_one(), records):
            pass

    def one_by_one(self) -> Iterator[Raw]:
        while lines := self._lines.take(1):
            yield self._record(lines[0])

    def batches(self) -> Iterator[list[Raw]]:
        while lines := self._lines.take(CHUNK_SIZE):
            records = self._plain(lines)
            if records is not None:
                start = self.row + 1
                self.row += len(lines)
                yield [Raw(start + i, cells) for i, cells in enumerate(records)]
                continue
            self._lines.give_back(lines)
            raws: list[Raw] = []
            while len(raws) < len(lines) and (line := self._lines.take(1)):
                raws.append(self._record(line[0]))
            yield raws

    def _plain(self, lines: list[str]) -> list[list[str]] | None:
        """Split lines that are one record each; None where a quote needs a closer look."""
        if not any('"' in line for line in lines):
            return [line.rstrip("\r\n").split(self._delimiter, MOST_CELLS) for line in lines]
        try:
            records = list(csv.reader(lines, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None
        is_plain = len(records) == len(lines) and all(map(self._is_understood, lines, records))
        return records if is_plain else None

    def _is_understood(self, line: str, cells: list[str]) -> bool:
        """Tell whether each quote left in a cell is doubled in a quoted cell of the line."""
        end = self._delimiter
        if len(line) > MOST_QUOTES and line.count('"') > MOST_QUOTES:
            return False
        if is_formula_inside(line):
            return False
        if '"' not in line or '"' not in "".join(cells):
            return True
        bounded = f"{end}{line.rstrip()}{end}"
        quoted = (cell.replace('"', '""') for cell in cells if '"' in cell)
        return all(f'{end}"{cell}"{end}' in bounded for cell in quoted)

    def _record(self, line: str) -> Raw:
        """Return the record that begins with `line`; more lines are taken where a quote is open."""
        self.row += 1
        if (records := self._plain([line])) is not None:
            return Raw(self.row, records[0])
        parsed = parse(line.rstrip("\r\n"), self._delimiter)
        if parsed.state == "open":
            joined = self._joined(line)
            if joined is not None:
                parsed = joined
        if parsed.state != "ok":
            message = (
                "A quotation mark on this line isn't closed, so its values may have shifted. It "
                "wasn't imported. Close it, or double it if it belongs to the value."
            )
            # Its cells are guesses now, but an identifier among them says whose row it is.
            *whole, rest = parsed.cells
            cells = [*whole, *rest.split(self._delimiter, MOST_CELLS)]
            return Raw(self.row, cells, QUOTE_OPEN, message)
        return Raw(self.row, parsed.cells, stray=parsed.stray)

    def _joined(self, line: str) -> Parsed | None:
        """Join the lines of a quoted cell with line breaks. None, and nothing taken, if it is none.

        The join must give exactly the header's number of cells, and no line that it swallows may
        be a record of its own: an unclosed quote must not take the next student with it.
        """
        taken: list[str] = []
        text = line
        while len(taken) < MOST_LINES and len(text) < LONGEST_JOIN:
            following = self._lines.take(1)
            if not following or self._is_record(following[0], after=text):
                self._lines.give_back([*taken, *following])
                return None
            taken += following
            text += following[0]
            if '"' not in following[0]:  # then it closes nothing
                continue
            parsed = parse(text.rstrip("\r\n"), self._delimiter)
            if parsed.state == "ok" and (not self._widths or len(parsed.cells) in self._widths):
                return parsed
            if parsed.state != "open":
                break
        self._lines.give_back(taken)
        return None

    def _is_record(self, line: str, *, after: str) -> bool:
        if not self._widths or 1 in self._widths:
            return False
        parsed = parse(line.rstrip("\r\n"), self._delimiter)
        if parsed.state != "ok" or len(parsed.cells) not in self._widths:
            return False
        # A quote inside a cell may be the one that closes the open one, unless both lines have
        # the full width: two students, each with a quote too many, are not one.
        is_short = self._delimiter not in after or len(parsed.cells) < max(self._widths)
        return not (parsed.stray and is_short)
