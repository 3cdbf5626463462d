"""Schools of a OneRoster archive: users.csv has only their numbers, their names are beside it."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import BinaryIO, Final

from rollbook.core import cells
from rollbook.core.catalogue.school_days import date_in
from rollbook.core.catalogue.students import Catalogue, normalize_header
from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.enrollments import JOINED_SCHOOL
from rollbook.core.layouts.kept import kept_rows, why_left_out
from rollbook.core.layouts.recognition import Recognition, key_of, layout_of
from rollbook.core.layouts.student_rows import rules_of_students
from rollbook.core.quantities import counted
from rollbook.core.reading.bounds import Earn
from rollbook.core.reading.errors import ChangesOnly, FileDamaged, FileTooLarge, MissingColumns
from rollbook.core.table import Chunk, DamagedRecord, FileFacts, OpenEnd, Table

ORGS, ENROLLMENTS, MANIFEST = "orgs.csv", "enrollments.csv", "manifest.csv"
BESIDE: Final = (ORGS, ENROLLMENTS, MANIFEST)
"""Files of the archive that are read beside users.csv."""


MOST_SCHOOLS: Final = 20_000
"""Ten times those of the largest district."""

MOST_OF_SEVERAL: Final = 200_000
"""Students who are in several schools. Each is remembered while the enrollments are read."""


def read_with_schools(
    users: Table,
    catalogue: Catalogue,
    rules: FeedRules,
    *,
    beside: Callable[[], Mapping[str, BinaryIO]],
    day: date | None,
    earn: Earn,
) -> Table:
    """Return `users` with the name of each student's school, where the archive has it.

    `beside` gives the files that are read beside it, by name; it is asked only where the table is
    read as OneRoster's, and has no column of the school. Raises FileRefused.
    """
    read = layout_of(users.header, rules)
    if read is None or read.layout.vendor != "oneroster":
        return users
    own = rules_of_students(rules, read, users.header)
    if any(
        (field := catalogue.find(text, own)) and field.name == "school" for text in users.header
    ):
        return users
    files = beside()
    _refuse_changes(files, earn)
    if ORGS not in files or "orgsourcedids" not in map(key_of, users.header):
        return users
    return WithSchools(users, read, files, day=day, earn=earn)


class WithSchools:
    """A Table with one column more than `users`: the name of the school."""

    def __init__(
        self,
        users: Table,
        read: Recognition,
        files: Mapping[str, BinaryIO],
        *,
        day: date | None,
        earn: Earn,
    ) -> None:
        self._users = users
        keys = list(map(key_of, users.header))
        self._id, self._orgs = keys.index("sourcedid"), keys.index("orgsourcedids")
        self._kept = kept_rows(read)
        self._files, self._day, self._earn = files, day, earn
        self._names = _names_of_schools(files[ORGS], earn)
        self._chosen: dict[str, str] | None = None
        """User of several schools -> the name of the one that counts."""
        self._without = 0
        self.header = (*users.header, JOINED_SCHOOL)
        self.facts: FileFacts = users.facts

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows; which of several schools counts is found out by a pass of its own."""
        if self._chosen is None:
            self._chosen = self._choose()
        self._without = 0
        for chunk in self._users.chunks():
            yield self._with_schools(chunk)

    @property
    def notes(self) -> tuple[str, ...]:
        with_these = f"orgs.csv and {ENROLLMENTS}" if ENROLLMENTS in self._files else "orgs.csv"
        told = f"Schools are those of {with_these}; nothing else was read with them."
        if self._without:
            told += f" They have no school for {counted(self._without, 'student')}."
        return (*self._users.notes, told)

    @property
    def open_end(self) -> OpenEnd | None:
        return self._users.open_end

    @property
    def records_read(self) -> int:
        return self._users.records_read

    @property
    def bytes_read(self) -> int:
        return self._users.bytes_read

    def _schools(self, record: Sequence[str]) -> tuple[list[str], bool]:
        """Return the names of the schools of a row, each once, and whether orgs.csv has them all,
        and whatever other organization the row names."""
        numbers = [part.strip() for part in record[self._orgs].split(",")]
        names = dict.fromkeys(name for each in numbers for name in self._names.get(each, ()))
        return list(names), all(not each or each in self._names for each in numbers)

    def _choose(self) -> dict[str, str]:
        several: dict[str, set[str]] = defaultdict(set)
        for chunk in self._users.chunks():
            self._earn(len(chunk.rows), len(chunk.rows) * len(self.header))
            for record in chunk.records:
                schools, _ = self._schools(record)
                if len(schools) > 1 and why_left_out(self._kept, record) is None:
                    several[record[self._id].strip()].update(schools)
            if len(several) > MOST_OF_SEVERAL:
                raise FileTooLarge(what=f"more than {MOST_OF_SEVERAL:,} are in several schools")
        if not several or ENROLLMENTS not in self._files or self._day is None:
            return {}
        current: dict[str, set[str | None]] = defaultdict(set)
        for user, number, role, status, begins, ends in _rows(
            self._files[ENROLLMENTS],
            ENROLLMENTS,
            ("usersourcedid", "schoolsourcedid", "role"),
            ("status", "begindate", "enddate"),
            earn=self._earn,
        ):
            named = several.get(user.strip(), set()).intersection(
                self._names.get(number.strip(), ())
            )
            if not named or role.strip().lower() != "student" or not _is_kept(status):
                continue
            if (is_current := _is_current(begins, ends, self._day)) is not False:
                current[user.strip()].update(named if is_current else [None])
        return {
            user: school
            for user, schools in current.items()
            if len(schools) == 1 and (school := next(iter(schools))) is not None
        }

    def _with_schools(self, chunk: Chunk) -> Chunk:
        records: list[list[str]] = []
        for record in chunk.records:
            cell = ""
            if why_left_out(self._kept, record) is None:
                cell = self._counting(record)
                self._without += not cell
            records.append([*record, cell])
        damaged = [self._wider(each) for each in chunk.damaged]
        return Chunk(chunk.rows, records, damaged, chunk.stray_quotes)

    def _counting(self, record: Sequence[str]) -> str:
        """Return the cell of a student's school."""
        schools, is_known = self._schools(record)
        if len(schools) < 2 and is_known:
            return "".join(schools)
        chosen = (self._chosen or {}).get(record[self._id].strip())
        return chosen if chosen and chosen in schools else f"{cells.SEVERAL}{', '.join(schools)}"

    def _wider(self, damaged: DamagedRecord) -> DamagedRecord:
        """Return a damaged record with a cell more, so that it stays as much too long or short."""
        if len(damaged.cells) == 1:
            return damaged
        return DamagedRecord(damaged.row, damaged.code, damaged.message, [*damaged.cells, ""])


def _names_of_schools(file: BinaryIO, earn: Earn) -> dict[str, list[str]]:
    """Return number of each organization -> the name of the school that it is; several where the
    file contradicts itself, none of what is no school."""
    found: dict[str, list[str]] = defaultdict(list)
    columns, schools = ("sourcedid", "name", "type"), 0
    for number, name, kind, status in _rows(file, ORGS, columns, ("status",), earn=earn):
        names = found[number.strip()]
        is_school = kind.strip().lower() == "school" and _is_kept(status)
        if is_school and name.strip() and name.strip() not in names:
            schools += not names
            names.append(name.strip())
        if schools > MOST_SCHOOLS or len(found) > 2 * MOST_SCHOOLS:
            raise FileTooLarge(what=f"its orgs.csv has more than {MOST_SCHOOLS:,} schools")
    return found


def _is_current(begins: str, ends: str, day: date) -> bool | None:
    """Tell whether an enrollment is current on a day; None where a date cannot be read."""
    first, last = date_in(begins), date_in(ends)
    if (first is None and begins.strip()) or (last is None and ends.strip()):
        return None
    return (first is None or first <= day) and (last is None or last >= day)


def _is_kept(status: str) -> bool:
    return status.strip().lower() != "tobedeleted"


def _refuse_changes(files: Mapping[str, BinaryIO], earn: Earn) -> None:
    """Refuse an archive that says of itself that it has only what has changed."""
    if MANIFEST not in files:
        return
    for name, value in _rows(files[MANIFEST], MANIFEST, ("propertyname", "value"), (), earn=earn):
        if name.strip().lower() == "file.users" and value.strip().lower() == "delta":
            raise ChangesOnly


def _rows(
    file: BinaryIO, name: str, wanted: Sequence[str], others: Sequence[str], *, earn: Earn
) -> Iterator[list[str]]:
    """Yield the cells of the columns `wanted` and `others` of each row; "" for one of the others
    that is not there. Raises MissingColumns where a wanted one is not, FileDamaged."""
    file.seek(0)
    text = io.TextIOWrapper(
        io.BufferedReader(file),  # type: ignore[type-var]
        "utf-8-sig",
        errors="surrogateescape",
        newline="",
    )
    try:
        rows = csv.reader(text, strict=True)
        header = list(map(normalize_header, next(rows, [])))
        if lacking := [each for each in wanted if each not in header]:
            raise MissingColumns(missing=f"{', '.join(lacking)} in {name}")
        places = [header.index(each) if each in header else None for each in (*wanted, *others)]
        for row in rows:
            if row and len(row) != len(header):
                raise csv.Error("a row of another width")
            if row:
                earn(1, len(row))
                yield ["" if at is None else row[at] for at in places]
    except (csv.Error, UnicodeError) as error:
        raise FileDamaged(what=f"file {name} of the archive") from error
    finally:
        text.detach().detach()
