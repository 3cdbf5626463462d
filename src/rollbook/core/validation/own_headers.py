"""Issues of a table whose columns are not those of the file: each names the file's own header.

A row with several tests fills a column here from one of several columns there.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from rollbook.core.issues import IssueBatch, IssueKind
from rollbook.core.table import Chunk

_NOWHERE: Final[Mapping[int, str]] = {}
_MOST_REMEMBERED: Final = 1_000


class OwnHeaders:
    """Knows the headers that a table's columns have in its file. `places`: field -> column."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self._places = places
        self._seen: dict[int, dict[str, None]] = {}
        """Column -> headers under which there is a text, in the order in which rows have them."""
        self._empty: dict[int, tuple[Mapping[int, str], set[int]]] = {}
        """Identity of an origin -> itself, and its columns that no row has filled so far."""

    def learn(self, chunk: Chunk) -> None:
        """Take in the headers of a chunk's cells."""
        if len(self._empty) > _MOST_REMEMBERED:
            self._empty.clear()
        for origin, record in zip(chunk.origins, chunk.records, strict=False):
            _, empty = self._empty.setdefault(id(origin), (origin, {*origin}))
            for place in [each for each in empty if record[each]]:
                empty.remove(place)
                self._seen.setdefault(place, {})[origin[place]] = None

    def by_field(self) -> dict[str, tuple[str, ...]]:
        """Return the headers of each field whose cells are not all under the table's own."""
        return {
            field: tuple(self._seen[place])
            for field, place in self._places.items()
            if place in self._seen
        }

    def named(self, issues: IssueBatch, chunk: Chunk) -> IssueBatch:
        """Return the issues of a chunk, each with the header that its cell has in the file."""
        if not chunk.origins or not issues:
            return issues
        origins = dict(zip(chunk.rows, chunk.origins, strict=True))
        places = [self._places.get(kind.field or "", -1) for kind in issues.kinds]
        kinds: dict[IssueKind, int] = {}
        numbers = [
            kinds.setdefault(_with(issues.kinds[number], origin.get(places[number])), len(kinds))
            for number, origin in zip(issues.numbers, _of_rows(issues.rows, origins), strict=True)
        ]
        return IssueBatch(list(kinds), numbers, issues.rows, issues.student_ids)


def _of_rows(
    rows: Iterable[int | None], origins: Mapping[int, Mapping[int, str]]
) -> Iterable[Mapping[int, str]]:
    return (_NOWHERE if row is None else origins.get(row, _NOWHERE) for row in rows)


def _with(kind: IssueKind, header: str | None) -> IssueKind:
    return kind if header is None else kind._replace(column=header)
