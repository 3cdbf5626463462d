"""The assessment terms for which there are columns, and a new one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.catalogue.meant_terms import assumed, likely_instead, nearest, next_to_add
from rollbook.core.catalogue.measures import measures_of
from rollbook.core.catalogue.terms import SEASONS, Term
from rollbook.core.errors import RollbookError
from rollbook.core.quantities import counted
from rollbook.records.district import district_zone
from rollbook.records.operations.terms import add_term
from rollbook.records.queries.feeds import read_terms
from rollbook.web.error_texts import add_to_form
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.settings.term_form import TermForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def terms(request: HttpRequest) -> HttpResponse:
    """Show the terms; add one, or give the days of one that is there."""
    today = timezone.now().astimezone(district_zone()).date()
    known = [term.name for term in read_terms()]
    offered = next_to_add(known, today)
    season, _, year = offered.name.partition(" ")
    form = TermForm(sent_fields(request), initial={"season": season, "year": year})
    asked: Term | None = None
    if request.method == "POST" and form.is_valid():
        try:
            term = form.term()
            if term.name not in (*known, form.cleaned_data["meant"]):
                asked = term if likely_instead(term, today) else None
            if asked is None:
                messages.success(request, _added(term, actor=str(request.user)))
                return redirect("terms")
        except RollbookError as error:
            add_to_form(form, error, names={"name": "season"})
    shown = {
        "form": form,
        "terms": _listed(),
        "assumed": [assumed(nearest(each, today)) for each in SEASONS],
        "asked": asked,
        "said": assumed(asked) if asked else "",
        "likely": assumed(likely_instead(asked, today) or asked) if asked else "",
    }
    return render(request, "settings/terms.html", shown)


def _added(term: Term, *, actor: str) -> str:
    if columns := add_term(term, actor=actor):
        return (
            f"{term.name} is set up: {counted(columns, 'column was', 'columns were')} added. "
            "Files that already have them are imported with scores from now on."
        )
    return f"{term.name} was already set up. We saved its days, if you entered any."


def _listed() -> list[tuple[Term, Any]]:
    """Return the terms, the newest first, each with how the headers of its columns begin."""
    return [(term, measures_of(term)[0].header) for term in reversed(read_terms())]
