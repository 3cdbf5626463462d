"""Import now: from a feed's server, or an uploaded file; a check or the real thing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import UsageError
from rollbook.core.function_call import FunctionNotCalled
from rollbook.records.district import district_zone
from rollbook.records.operations import queueing
from rollbook.records.operations.jobs import ImportRunning
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.history import JobFilter, find_jobs
from rollbook.web.error_texts import add_to_form
from rollbook.web.pages.imports.form import ImportForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def import_now(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None, initial=_first(request))
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("job", _request(request, form))
        except ImportRunning as error:
            running = error.details["job"]
            return render(
                request,
                "imports/already_running.html",
                {"number": running, "feed": form["feed"].value()},
            )
        except (UsageError, FunctionNotCalled) as error:
            add_to_form(form, error)
    context = {
        "form": form,
        "servers": [feed for feed in form.feeds.values() if feed.host],
        "recent": find_jobs(JobFilter(), zone=district_zone(), page=1, size=3).items,
    }
    return render(request, "imports/import_now.html", context)


def _request(request: HttpRequest, form: ImportForm) -> int:
    data = form.cleaned_data
    uploaded = data["file"]
    upload = uploaded and queueing.Upload(uploaded.name, uploaded.file, uploaded.size)
    return queueing.request_import(
        form.feeds[data["feed"]],
        started_by=str(request.user),
        dry_run="check" in request.POST,
        # Who chooses a file, or asks again, wants it read even where its bytes are the same.
        force=bool(upload),
        upload=upload or None,
    )


def _first(request: HttpRequest) -> dict[str, Any]:
    servers = [feed.name for feed in active_feeds() if feed.host]
    asked = request.GET.get("feed", "")
    return {"feed": asked or (servers[0] if servers else "files")}
