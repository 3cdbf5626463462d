"""Which of the neighboring application's schools the file's schools are, as a person confirms."""

from collections.abc import Mapping
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.operations.schools import map_schools, mapped_schools, unmap_school
from rollbook.records.operations.seen import ChangedMeanwhile
from rollbook.records.queries.schools import (
    ABSENT,
    GONE,
    SchoolLine,
    SchoolsForbidden,
    are_schools_there,
    confirmed_schools,
    school_lines,
)
from rollbook.records.queries.schools import schools as schools_there
from rollbook.web.error_texts import error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.seen import sent_version, shown_version

MOST_SHOWN: Final = 200
_AS_IT_IS: Final = "as it is"
"""What is chosen where a gone school stays mapped; no `schools.id` is like it."""
_ABSENT: Final = "not in the application"


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def schools(request: HttpRequest) -> HttpResponse:
    """Show what each school is mapped to; map or forget what was chosen otherwise."""
    if not are_schools_there():
        return redirect("settings")
    fields, refused = sent_fields(request) or QueryDict(), None
    sent = dict(zip(fields.getlist("name"), fields.getlist("school"), strict=False))
    if request.method == "POST":
        refused = _save(request, sent)
        if refused is None:
            return redirect("schools")
    try:
        lines = school_lines()
    except SchoolsForbidden as error:
        return render(request, "settings/schools.html", {"error": error_text(error)})
    context = {
        "chosen": {each.name: _chosen(each) for each in lines} | sent,
        "seen": shown_version(request, mapped_schools, refused),
        "lines": lines[:MOST_SHOWN],
        "more": max(0, len(lines) - MOST_SHOWN),
        "schools": schools_there(),
        "as_it_is": _AS_IT_IS,
        "absent": _ABSENT,
        "are_suggested": any(each.suggested for each in lines),
    }
    return render(request, "settings/schools.html", context)


def _chosen(line: SchoolLine) -> str:
    """Return what is chosen for a school as the page shows it."""
    if line.state == ABSENT:
        return _ABSENT
    school = line.school or line.suggested
    if school is not None:
        return school.key
    return _AS_IT_IS if line.state == GONE else ""


def _save(request: HttpRequest, chosen: Mapping[str, str]) -> RollbookError | None:
    """Save it; return why the page is shown again with what was chosen."""
    actor, known = str(request.user), confirmed_schools()
    try:
        usable = {each.name: each.school.key for each in school_lines() if each.school is not None}
        given = {
            name: None if key == _ABSENT else key
            for name, key in chosen.items()
            if key not in ("", _AS_IT_IS) and usable.get(name) != key
        }
        forgotten = [name for name, key in chosen.items() if not key and name in known]
        map_schools(given, actor=actor, seen=sent_version(request))
        for name in forgotten:
            unmap_school(name, actor=actor)
    except RollbookError as error:
        messages.error(request, error_text(error))
        return error if isinstance(error, ChangedMeanwhile) else None
    messages.success(request, "Saved. It applies from the next import.")
    return None
