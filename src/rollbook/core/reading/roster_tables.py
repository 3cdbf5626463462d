"""The users of a OneRoster archive, with columns more: their school, and in 1.2 their role."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, Protocol

from rollbook.core import cells
from rollbook.core.layouts.enrollment_choice import Standing
from rollbook.core.layouts.enrollments import JOINED_SCHOOL
from rollbook.core.layouts.kept import is_meant, kept_rows
from rollbook.core.layouts.recognition import Recognition, key_of
from rollbook.core.layouts.sis import JOINED_ROLE
from rollbook.core.quantities import counted
from rollbook.core.reading.beside import Beside
from rollbook.core.reading.bounds import Earn
from rollbook.core.reading.errors import FileTooLarge
from rollbook.core.reading.roster_roles import (
    Chosen,
    PeoplesRoles,
    Roles,
    choose,
    is_kept,
    standing_on,
)
from rollbook.core.table import Chunk, DamagedRecord, FileFacts, OpenEnd, Table

MOST_OF_SEVERAL: Final = 200_000
"""Students who are in several schools. Each is remembered while the enrollments are read."""

MOST_REMEMBERED: Final = 10_000


class ReadBeside(Protocol):
    """What is read beside users.csv; see `roster_archive.Archive`."""

    day: date | None
    has_enrollments: bool
    opened: list[Beside]

    def enrollments(self) -> Beside | None: ...


class WithSchools:
    """A Table with one column more than `users`: the name of the school."""

    def __init__(
        self,
        users: Table,
        read: Recognition,
        archive: ReadBeside,
        *,
        schools: Mapping[str, list[str]] | None,
        earn: Earn,
    ) -> None:
        """`schools`: number of each organization -> the names of the school that it is; None: the
        table gets no column of the school."""
        self._users = users
        self._keys = list(map(key_of, users.header))
        self._id = self._keys.index("sourcedid")
        self._kept = kept_rows(read)
        self._archive, self._schools_of, self._earn = archive, schools, earn
        self._chosen: dict[str, str] | None = None
        """User of several schools -> the name of the one that counts."""
        self._without = 0
        self.header = (*users.header, *([] if schools is None else [JOINED_SCHOOL]))
        words = (word for each in archive.opened for word in each.doubtful_words)
        self.facts: FileFacts = replace(
            users.facts,
            notes=(*users.facts.notes, *(note for each in archive.opened for note in each.notes)),
            doubtful_words=tuple(dict.fromkeys((*users.facts.doubtful_words, *words))),
        )

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows; which of several schools counts is found out by a pass of its own."""
        if self._chosen is None:
            self._chosen = {} if self._schools_of is None else self._choose()
        self._without = 0
        for chunk in self._users.chunks():
            records = [[*record, *self._joined(record)] for record in chunk.records]
            damaged = [self._wider(each) for each in chunk.damaged]
            yield Chunk(chunk.rows, records, damaged, chunk.stray_quotes)

    @property
    def notes(self) -> tuple[str, ...]:
        return (*self._users.notes, *self._told())

    @property
    def open_end(self) -> OpenEnd | None:
        return self._users.open_end

    @property
    def records_read(self) -> int:
        return self._users.records_read

    @property
    def bytes_read(self) -> int:
        return self._users.bytes_read

    def _told(self) -> list[str]:
        if self._schools_of is None:
            return []
        with_these = "orgs.csv"
        if self._archive.has_enrollments:
            with_these += " and enrollments.csv"
        told = f"Schools are those of {with_these}; nothing else was read with them."
        if self._without:
            told += f" They have no school for {counted(self._without, 'student')}."
        return [told]

    def _joined(self, record: Sequence[str]) -> list[str]:
        """Return the cells that a row gets."""
        if not self._is_student(record):
            return [""]
        return [self._cell(record, *self._schools(record))]

    def _is_student(self, record: Sequence[str]) -> bool:
        return is_meant(self._kept, record)

    def _schools(self, record: Sequence[str]) -> tuple[Sequence[str], bool]:
        """Return the names of a student's schools, each once, and whether orgs.csv has them all,
        and whatever other organization the row names."""
        numbers = record[self._keys.index("orgsourcedids")].split(",")
        return self._named([part.strip() for part in numbers])

    def _named(self, numbers: Sequence[str]) -> tuple[Sequence[str], bool]:
        known = self._schools_of or {}
        names = dict.fromkeys(name for each in numbers for name in known.get(each, ()))
        return list(names), all(not each or each in known for each in numbers)

    def _cell(self, record: Sequence[str], schools: Sequence[str], is_known: bool) -> str:
        """Return the cell of a student's school."""
        if not schools:
            self._without += 1
        if not schools and is_known:
            return cells.LACKING
        if len(schools) == 1 and is_known:
            return schools[0]
        chosen = (self._chosen or {}).get(record[self._id].strip())
        return chosen if chosen and chosen in schools else f"{cells.SEVERAL}{', '.join(schools)}"

    def _choose(self) -> dict[str, str]:
        several: dict[str, set[str]] = defaultdict(set)
        for chunk in self._users.chunks():
            self._earn(len(chunk.rows), len(chunk.rows) * len(self.header))
            for record in chunk.records:
                if not self._is_student(record):
                    continue
                schools, _ = self._schools(record)
                if len(schools) > 1:
                    several[record[self._id].strip()].update(schools)
            if len(several) > MOST_OF_SEVERAL:
                raise FileTooLarge(what=f"more than {MOST_OF_SEVERAL:,} are in several schools")
        day = self._archive.day
        enrollments = self._archive.enrollments() if several and day is not None else None
        if enrollments is None or day is None:
            return {}
        current = self._with_classes(several, enrollments, day)
        return {
            user: school
            for user, schools in current.items()
            if len(schools) == 1 and (school := next(iter(schools))) is not None
        }

    def _with_classes(
        self, several: Mapping[str, set[str]], enrollments: Beside, day: date
    ) -> Mapping[str, set[str | None]]:
        """Return in which of several schools users have classes on a day; with None where a date
        is none or the role is blank, so that it stays open."""
        current: dict[str, set[str | None]] = defaultdict(set)
        known = self._schools_of or {}
        for user, number, role, status, begins, ends in enrollments.rows():
            named = several.get(user, set()).intersection(known.get(number, ()))
            is_other = bool(role) and role.lower() != "student"
            if not named or is_other or not is_kept(status):
                continue
            standing = standing_on(begins, ends, day) if role else None
            if standing in (None, Standing.CURRENT):
                current[user].update([None] if standing is None else named)
        return current

    def _wider(self, damaged: DamagedRecord) -> DamagedRecord:
        """Return a damaged record with as many cells more, so that it stays as much too long or
        too short."""
        if len(damaged.cells) == 1:
            return damaged
        more = [""] * (len(self.header) - len(self._users.header))
        return replace(damaged, cells=[*damaged.cells, *more])


class WithRoles(WithSchools):
    """OneRoster 1.2: a Table with the role of each person too, and the days of a student's."""

    def __init__(
        self,
        users: Table,
        read: Recognition,
        archive: ReadBeside,
        roles: PeoplesRoles,
        *,
        schools: Mapping[str, list[str]] | None,
        earn: Earn,
    ) -> None:
        super().__init__(users, read, archive, schools=schools, earn=earn)
        self.header = (*self.header, *JOINED_ROLE)
        self._roles = roles
        has_primary = "primaryorgsourcedid" in self._keys
        self._primary = self._keys.index("primaryorgsourcedid") if has_primary else None
        self._known: dict[tuple[Roles, str], Chosen] = {}
        self._strangers = 0
        """People without a role in roles.csv."""

    def chunks(self) -> Iterator[Chunk]:
        self._strangers = 0
        yield from super().chunks()

    def _told(self) -> list[str]:
        told = "roles.csv says who is a student."
        if self._strangers:
            people = counted(self._strangers, "person", "people")
            told += f" It has no role for {people}, who {'is' if self._strangers == 1 else 'are'} "
            told += "left out as no student."
        return [told, *super()._told()]

    def _joined(self, record: Sequence[str]) -> list[str]:
        school = [] if self._schools_of is None else [""]
        if not is_meant(self._kept, record):
            return [*school, "", "", ""]
        user = record[self._id].strip()
        roles = self._roles.roles(user)
        if not roles and self._roles.is_open(user):
            return [*school, "", "", ""]
        if not roles:
            self._strangers += roles is None
            return [*school, "other", "", ""]
        chosen = self._counting(roles, record)
        if school:
            school = [self._cell(record, chosen.schools, chosen.is_known)]
        return [*school, "student", chosen.role.begins, chosen.role.ends]

    def _is_student(self, record: Sequence[str]) -> bool:
        return super()._is_student(record) and bool(self._roles.roles(record[self._id].strip()))

    def _schools(self, record: Sequence[str]) -> tuple[Sequence[str], bool]:
        roles = self._roles.roles(record[self._id].strip()) or frozenset()
        chosen = self._counting(roles, record)
        return chosen.schools, chosen.is_known

    def _counting(self, roles: Roles, record: Sequence[str]) -> Chosen:
        asked = (roles, "" if self._primary is None else record[self._primary].strip())
        found = self._known.get(asked)
        if found is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            names = (self._schools_of or {}).get
            found = self._known[asked] = choose(*asked, names=names, day=self._archive.day)
        return found
