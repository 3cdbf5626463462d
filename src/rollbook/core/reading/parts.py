"""Opens several files of one export, those of a set or of an archive, as one table."""

import io
from collections.abc import Callable, Sequence
from typing import BinaryIO, Protocol, cast

from rollbook.core.file_set import Window
from rollbook.core.reading.joined import JoinedTable, refused_as
from rollbook.core.table import Table


class File(Protocol):
    """Bytes that are one file."""

    @property
    def file(self) -> BinaryIO: ...
    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...


OpenOne = Callable[..., Table]
"""Called with a file, its name and `size`."""


def open_parts(files: Sequence[File], name: str, *, size: int, open_one: OpenOne) -> Table:
    """Return the one table of all `files`. Raises FileRefused: all of them are read, or none.

    An archive of several tables comes here too; one whose tables are of several kinds, such as
    students and their enrollments, is to be told apart before.
    """
    tables = []
    for number, part in enumerate(files, 1):
        with refused_as(number, part.name):
            tables.append(open_one(part.file, part.name, size=part.size))
    return JoinedTable(tables, name=name, size=size)


def rooms(scratch: Callable[[], BinaryIO]) -> Callable[[], BinaryIO]:
    """Return what gives another room at each call, one after the other in one scratch file."""
    last: list[Window] = []

    def room() -> BinaryIO:
        file = scratch()
        start = file.seek(0, io.SEEK_END)
        if last:
            last.pop().end_at_once()
        last.append(Window(file, start))
        return cast(BinaryIO, last[0])

    return room
