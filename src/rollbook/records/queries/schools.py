"""The file's schools beside those of the application in whose database Rollbook is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.loading.school_names import (
    School,
    is_same_name,
    school_key,
    suggested_school,
)
from rollbook.core.loading.schools import ConfirmedSchool
from rollbook.core.quantities import counted
from rollbook.records.models import IssueKind, Job, SchoolMapping
from rollbook.records.roles import are_schools_referenced

MOST_LISTED: Final = 1_000
IMPORTS_LOOKED_AT: Final = 50

CONFIRMED: Final = "confirmed"
GONE: Final = "gone"
ABSENT: Final = "absent"
NOT_MAPPED: Final = "not_mapped"


class NoSchools(UsageError):
    """This database has no table of another application's schools, so there is nothing to map.

    Nothing was changed."""

    reason = "no_schools"

    def __init__(self) -> None:
        super().__init__()


class SchoolsForbidden(RollbookError):
    """Rollbook's role may not read the application's table public.schools.

    Nothing was changed.

    Let the owner grant it: grant select on public.schools."""

    reason = "schools_forbidden"


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """A school as files write it, and what is known of it."""

    name: str
    students: int
    """Students who have it in their snapshot."""
    confirmed: ConfirmedSchool | None
    school: School | None
    """The application's school that it is mapped to, as it is now; None: not mapped, or gone."""
    suggested: School | None

    @property
    def state(self) -> str:
        """confirmed, gone (the school is no longer there, or has another name), absent (the
        application does not have it, as an administrator has said) or not_mapped."""
        if self.confirmed is None:
            return NOT_MAPPED
        if self.confirmed.is_absent:
            return ABSENT
        return CONFIRMED if self.school is not None else GONE

    def as_object(self) -> dict[str, Any]:
        """Return it as the command line and the API show it, for JSON."""
        known = None if self.state == ABSENT else self.school or self.confirmed
        suggested = self.suggested
        return {
            "name": self.name,
            "students": self.students,
            "state": self.state,
            "school_id": known.key if known else None,
            "school": known.name if known else None,
            "suggested": suggested and {"school_id": suggested.key, "school": suggested.name},
        }


def are_schools_there() -> bool:
    """Tell whether the database has schools of another application, which students refer to."""
    with connection.cursor() as cursor:
        return are_schools_referenced(cursor)


def schools() -> list[School]:
    """Return the application's schools by name. Raises NoSchools, SchoolsForbidden."""
    with connection.cursor() as cursor:
        if not are_schools_referenced(cursor):
            raise NoSchools
        cursor.execute("select has_table_privilege('public.schools', 'select')")
        if cursor.fetchall() != [(True,)]:
            raise SchoolsForbidden
        cursor.execute(
            "select id::text, coalesce(name::text, ''), coalesce(to_jsonb(s) ->> 'code', '')"
            " from public.schools s order by name, id limit %s",
            [MOST_LISTED],
        )
        return [School(*row) for row in cursor.fetchall()]


def confirmed_schools() -> dict[str, ConfirmedSchool]:
    """Return the mapping: school as files write it -> what it means."""
    rows = SchoolMapping.objects.order_by("name")
    return {row.name: ConfirmedSchool(row.school, row.school_name) for row in rows}


def school_lines() -> list[SchoolLine]:
    """Return every school that files have named or that is mapped, those with most students first.

    Raises NoSchools, SchoolsForbidden.
    """
    there, confirmed = schools(), confirmed_schools()
    named = named_schools()
    names = dict.fromkeys([*named, *confirmed])
    return [
        SchoolLine(
            name,
            named.get(name, 0),
            confirmed.get(name),
            found := _mapped(known := confirmed.get(name), there),
            None if found or (known and known.is_absent) else suggested_school(name, there),
        )
        for name in names
    ]


def named_schools() -> dict[str, int]:
    """Return the schools that files have named, with the students who have them stored.

    Those with most stored students come first; then those that only the last imports named, such
    as a dry run or one that is held.
    """
    stored = _students_by_school()
    return {**stored, **{name: stored.get(name, 0) for name in (*_tried_lately(), *_told_lately())}}


def schools_of_students() -> dict[str, int]:
    """Return the schools that students are in, with how many, those with most students first.

    Writings that differ in case, accents, blanks and punctuation are one school, under the name
    that most students have. A name without a letter or a digit names none.
    """
    names: dict[str, str] = {}
    found: Counter[str] = Counter()
    for name, students in _students_by_school().items():
        if key := school_key(name):
            found[names.setdefault(key, name)] += students
    return dict(found.most_common())


def school_faults() -> list[str]:
    """Return what keeps a mapping from being used, without a school's name; [] for nothing."""
    confirmed = confirmed_schools()
    if not confirmed:
        return []
    try:
        there = schools()
    except RollbookError as error:
        return [error.message.what.rstrip(".")]
    mapped = [each for each in confirmed.values() if not each.is_absent]
    gone = sum(_mapped(each, there) is None for each in mapped)
    if not gone:
        return []
    one, many = "is gone in the application, or has", "are gone in the application, or have"
    is_gone = one if gone == 1 else many
    return [f"{gone:,} of {counted(len(mapped), 'mapped school')} {is_gone} another name there"]


def _mapped(confirmed: ConfirmedSchool | None, there: Sequence[School]) -> School | None:
    if confirmed is None:
        return None
    found = next((each for each in there if each.key == confirmed.key), None)
    return found if found is not None and is_same_name(found.name, confirmed.name) else None


def _students_by_school() -> Mapping[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select school, count(*) from public.student_data_snapshots where school is not null"
            " group by school order by 2 desc, 1 limit %s",
            [MOST_LISTED],
        )
        return dict(cursor.fetchall())


def _tried_lately() -> Sequence[str]:
    """Return the schools in which the last imports that stored nothing would have changed students,
    those with most of them first."""
    found: Counter[str] = Counter()
    tried = Job.imports.ended().filter(output_data__report__stored=False).newest_first().changes()
    for changes in tried[:IMPORTS_LOOKED_AT]:
        for kind in ("inserted", "updated"):
            found.update((changes or {}).get(kind, {}))
    ordered = sorted(found, key=lambda name: (-found[name], name))
    return [name for name in ordered if name][:MOST_LISTED]


def _told_lately() -> Sequence[Any]:
    """Return the schools that the last imports named, also those that stored nothing."""
    jobs = Job.imports.newest_first().values_list("pk", flat=True)[:IMPORTS_LOOKED_AT]
    told = IssueKind.objects.filter(
        job_id__in=list(jobs), code="SCHOOL_NOT_MAPPED", value__isnull=False
    )
    return list(told.values_list("value", flat=True).distinct().order_by("value")[:MOST_LISTED])
