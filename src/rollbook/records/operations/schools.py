"""Confirming which of the application's schools the file's schools are, each change audited."""

from collections.abc import Mapping
from typing import Final

from django.db import transaction

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import FeedRules
from rollbook.core.loading.school_names import NOWHERE, School, is_same_name
from rollbook.records.database import translated
from rollbook.records.models import SchoolMapping
from rollbook.records.operations import audit
from rollbook.records.operations.seen import check_seen, wait_for_other_edits
from rollbook.records.queries.schools import MOST_LISTED, schools

_FIELD: Final = student_catalogue().by_name["school"]


@translated()
@transaction.atomic
def map_schools(
    given: Mapping[str, str | None], *, actor: str, seen: str = ""
) -> dict[str, School]:
    """Let each name of the file mean a school of the application, by its number or name.

    None: the application does not have it (`NOWHERE`), so that nothing is to be said of it. All of
    them or none; they count from the next import, also of the same bytes. Returns what each name
    means now. `seen`: the version of `mapped_schools` that the page showed; raises
    ChangedMeanwhile. Raises UsageError, NoSchools, SchoolsForbidden.
    """
    wait_for_other_edits()
    check_seen(seen, mapped_schools(), what="what schools mean")
    there = schools()
    meant = {
        _name(name): NOWHERE if text is None else _school(text, there)
        for name, text in given.items()
    }
    before = {row.name: row for row in SchoolMapping.objects.select_for_update()}
    changed = {
        name: school
        for name, school in meant.items()
        if name not in before
        or (before[name].school, before[name].school_name) != (school.key, school.name)
    }
    if len(before.keys() | changed.keys()) > MOST_LISTED:
        raise UsageError(what=f"More than {MOST_LISTED:,} schools can't be mapped.")
    for name, school in sorted(changed.items()):  # two at once must not wait for each other
        SchoolMapping.objects.update_or_create(
            name=name, defaults={"school": school.key, "school_name": school.name}
        )
    if changed:
        audit.record(
            actor,
            "schools.mapped",
            subject="schools",
            before={name: before[name].school_name for name in changed if name in before},
            after={name: in_words(school) for name, school in changed.items()},
        )
    return meant


def mapped_schools() -> dict[str, str]:
    """Return the key of the application's school that each name of the file means."""
    return dict(SchoolMapping.objects.order_by("name").values_list("name", "school"))


def in_words(school: School) -> str:
    """Return what a school of the file means."""
    return "not in the application" if school == NOWHERE else f"{school.name} ({school.key})"


@translated()
@transaction.atomic
def unmap_school(name: str, *, actor: str) -> None:
    """Forget what a name of the file means; school_id stays as it is. Raises UsageError."""
    row = SchoolMapping.objects.select_for_update().filter(name=_name(name)).first()
    if row is None:
        raise UsageError(
            what="This school isn't mapped.",
            advice="Write it exactly as the file does.",
            field="name",
        )
    row.delete()
    audit.record(actor, "schools.unmapped", subject="schools", before={row.name: row.school_name})


def _name(text: str) -> str:
    """Return the name as an import reads it from a cell. Raises UsageError."""
    verdict = _FIELD.type.judge(text, FeedRules())
    if verdict.refused or not isinstance(verdict.value, str):
        raise UsageError(
            what="This can't be the name of a school in a file.",
            advice=verdict.message or "Write it as the file does.",
            field="name",
        )
    return verdict.value


def _school(text: str, there: list[School]) -> School:
    by_key = [school for school in there if school.key == text.strip()]
    found = by_key or [school for school in there if is_same_name(school.name, text)]
    if len(found) == 1:
        return found[0]
    numbers = ", ".join(school.key for school in found)
    raise UsageError(
        what="The application has no such school."
        if not found
        else f"The application has several schools of that name: {numbers}.",
        advice="Enter its number, or its name as the list shows it.",
        field="school",
    )
