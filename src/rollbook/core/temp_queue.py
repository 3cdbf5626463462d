"""Things put aside in an anonymous file, in any number, and read again in their order."""

import pickle
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Generic, TypeVar

T = TypeVar("T")


class Spool(Generic[T]):
    """Holds what would otherwise grow with the file. Iterating starts at the beginning each time.

    The file is this process's own and has no name, so no other process can put a pickle into it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = 0

    def extend(self, items: Iterable[T]) -> None:
        self._file.seek(self._end)
        for item in items:
            pickle.dump(item, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._end = self._file.tell()

    def __iter__(self) -> Iterator[T]:
        place = 0
        while place < self._end:
            self._file.seek(place)
            item: T = pickle.load(self._file)  # noqa: S301 - see above
            place = self._file.tell()
            yield item
