"""A OneRoster archive: users.csv, with what the files beside it say of each student.

Schools are there by number alone; their names are in orgs.csv. Who is a student, and in which
schools, says users.csv itself in OneRoster 1.1, and roles.csv in 1.2.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import BinaryIO, Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.layout import Role
from rollbook.core.layouts.recognition import key_of, layout_of
from rollbook.core.layouts.student_rows import rules_of_students
from rollbook.core.reading import roster_roles
from rollbook.core.reading.beside import Beside
from rollbook.core.reading.bounds import Earn
from rollbook.core.reading.errors import ChangesOnly, FileTooLarge, RolesMissing
from rollbook.core.reading.roster_roles import PeoplesRoles, is_kept
from rollbook.core.reading.roster_tables import WithRoles, WithSchools
from rollbook.core.table import Table

ORGS, ENROLLMENTS, MANIFEST, ROLES = "orgs.csv", "enrollments.csv", "manifest.csv", "roles.csv"
BESIDE: Final = (ORGS, ENROLLMENTS, MANIFEST, ROLES)
"""Files of the archive that are read beside users.csv."""

MOST_SCHOOLS: Final = 20_000
"""Ten times those of the largest district."""


class Archive:
    """The files beside users.csv, each read as any file is, and opened where it is needed."""

    def __init__(
        self,
        files: Mapping[str, BinaryIO],
        rules: FeedRules,
        *,
        names: frozenset[str],
        day: date | None,
        earn: Earn,
    ) -> None:
        """Raises FileRefused: what is not understood is not passed over."""
        self._files, self._rules, self._names, self._earn = files, rules, names, earn
        self.day = day
        self.opened: list[Beside] = []
        modes = self._modes()
        if "delta" in (modes.get("file.users"), modes.get("file.roles")):
            raise ChangesOnly
        self.schools: Mapping[str, list[str]] | None = None
        """Number of each organization -> the names of the school that it is."""
        if orgs := self._open(ORGS, ("sourcedid", "name", "type"), ("status",)):
            self.schools = _names_of_schools(orgs)
        # Changes alone show no school for certain.
        self.has_enrollments = ENROLLMENTS in files and modes.get("file.enrollments") != "delta"

    def enrollments(self) -> Beside | None:
        """Return the file that tells who has classes where. Raises FileRefused."""
        if not self.has_enrollments:
            return None
        wanted = ("usersourcedid", "schoolsourcedid", "role")
        return self._open(ENROLLMENTS, wanted, ("status", "begindate", "enddate"))

    def roles(self) -> Beside | None:
        """Return the file that tells who is a student in 1.2. Raises FileRefused."""
        return self._open(ROLES, roster_roles.WANTED, roster_roles.OTHERS)

    def _open(self, name: str, wanted: Sequence[str], others: Sequence[str] = ()) -> Beside | None:
        if name not in self._files:
            return None
        file = Beside(
            self._files[name],
            name,
            wanted,
            others,
            rules=self._rules,
            names=self._names,
            earn=self._earn,
        )
        self.opened.append(file)
        return file

    def _modes(self) -> dict[str, str]:
        """Return what the archive says of itself: which of its files are changes alone."""
        manifest = self._open(MANIFEST, ("propertyname", "value"))
        if manifest is None:
            return {}
        return {key.lower(): text.lower() for key, text in manifest.rows()}


def read_with_schools(
    users: Table,
    catalogue: Catalogue,
    rules: FeedRules,
    *,
    beside: Callable[[], Mapping[str, BinaryIO]],
    names: frozenset[str],
    day: date | None,
    earn: Earn,
) -> Table:
    """Return `users` with what the archive says of each student.

    `beside` gives the files that are read beside it, by name; it is asked only where the table is
    read as OneRoster's. A column of the school that the file or the feed has itself is kept, and
    none is added. `names` as in `open_table`. Raises FileRefused.
    """
    read = layout_of(users.header, rules)
    if read is None or read.layout.vendor != "oneroster":
        return users
    keys = list(map(key_of, users.header))
    archive = Archive(beside(), rules, names=names, day=day, earn=earn)
    own = rules_of_students(rules, read, users.header)
    found = (catalogue.find(text, own) for text in users.header)
    has_schools = any(field is not None and field.name == "school" for field in found)
    schools = None if has_schools else archive.schools
    if read.column(Role.PERSON) is None and "orgsourcedids" not in keys:
        if (roles := archive.roles()) is None:
            raise RolesMissing
        people = PeoplesRoles.read(roles)
        return WithRoles(users, read, archive, people, schools=schools, earn=earn)
    if schools is None or "orgsourcedids" not in keys:
        return users
    return WithSchools(users, read, archive, schools=schools, earn=earn)


def _names_of_schools(orgs: Beside) -> dict[str, list[str]]:
    """Return number of each organization -> the name of the school that it is; several where the
    file contradicts itself, none of what is no school."""
    found: dict[str, list[str]] = defaultdict(list)
    schools = 0
    for number, name, kind, status in orgs.rows():
        names = found[number]
        if kind.lower() == "school" and is_kept(status) and name and name not in names:
            schools += not names
            names.append(name)
        if schools > MOST_SCHOOLS or len(found) > 2 * MOST_SCHOOLS:
            raise FileTooLarge(what=f"its orgs.csv has more than {MOST_SCHOOLS:,} schools")
    return found
