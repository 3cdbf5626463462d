"""Files of an archive that are read beside its table: exactly as any file, by a few columns."""

import os
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import BinaryIO, Final

from rollbook.core.catalogue.field import Field, Name
from rollbook.core.catalogue.students import Catalogue, normalize_header
from rollbook.core.feed_settings import NO_LAYOUT, FeedRules
from rollbook.core.reading.bounds import Earn
from rollbook.core.reading.delimited import DelimitedTable
from rollbook.core.reading.errors import FileDamaged, MissingColumns, NoHeaderRow

_TEXT: Final = Name(255)


class Beside:
    """One such file. Its encoding, delimiter and header are found as a student file's are."""

    def __init__(
        self,
        file: BinaryIO,
        name: str,
        wanted: Sequence[str],
        others: Sequence[str] = (),
        *,
        rules: FeedRules,
        names: frozenset[str] = frozenset(),
        earn: Earn,
    ) -> None:
        """`wanted` and `others` are headers as `normalize_header` writes them; one of the others
        may be missing. Raises FileRefused."""
        catalogue = _columns((*wanted, *others))
        plain = FeedRules(required=tuple(wanted), encoding=rules.encoding, layout=NO_LAYOUT)
        try:
            self._table = DelimitedTable(
                file,
                name=name,
                size=file.seek(0, os.SEEK_END),
                catalogue=catalogue,
                rules=plain,
                names=names,
                earn=earn,
            )
        except NoHeaderRow as error:
            raise NoHeaderRow(what=f"file {name} of the archive", private=error.private) from error
        except MissingColumns as error:
            raise _lacking(str(error.details["missing"]), name) from error
        keys = [normalize_header(text).replace(" ", "") for text in self._table.header]
        if lacking := [each for each in wanted if each not in keys]:
            raise _lacking(", ".join(lacking), name)
        if any(keys.count(each) > 1 for each in (*wanted, *others)):
            raise _damaged(name)
        self._places = [keys.index(each) if each in keys else -1 for each in (*wanted, *others)]
        self._name, self._earn = name, earn
        self.notes = tuple(f"{name}: {note}" for note in self._table.facts.notes)
        self.doubtful_words = self._table.facts.doubtful_words

    def rows(self) -> Iterator[list[str]]:
        """Yield the cells of the columns `wanted` and `others` of each row, without outer blanks;
        "" for a column that is not there. Raises FileDamaged where a record is not whole."""
        for chunk in self._table.chunks():
            self._earn(len(chunk.rows), len(chunk.rows) * len(self._table.header))
            if chunk.damaged:
                raise _damaged(self._name)
            for record in chunk.records:
                cells = [*record, ""]
                yield [cells[at].strip() for at in self._places]
        if (end := self._table.open_end) is not None and end.looks_cut:
            raise _damaged(self._name)


class _Columns(Catalogue):
    """The columns of a file that holds no students. What is like one of them is not sought."""

    def nearest(self, header: str, n: int = 3) -> list[Field]:
        return []


def _columns(names: Sequence[str]) -> Catalogue:
    fields = tuple(Field(name, name, _TEXT, "beside") for name in names)
    by_name = MappingProxyType({field.name: field for field in fields})
    return _Columns((), fields, by_name, by_name)


def _lacking(missing: str, name: str) -> MissingColumns:
    return MissingColumns(missing=f"{missing} in {name}")


def _damaged(name: str) -> FileDamaged:
    return FileDamaged(what=f"file {name} of the archive")
