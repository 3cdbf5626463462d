"""Import now: from a feed's server, or an uploaded file; a check or the real thing."""

import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.file_set import safe_name, set_name
from rollbook.core.function_call import FunctionNotCalled
from rollbook.records.district import district_zone
from rollbook.records.operations import queueing
from rollbook.records.operations.bucket_files import upload_bucket
from rollbook.records.operations.jobs import ImportRunning
from rollbook.records.queries.advance_decisions import waiting_decisions
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.history import JobFilter, find_jobs
from rollbook.transfers.direct_uploads import largest_in_request, offer
from rollbook.transfers.uploads import joined, largest_upload
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.imports.form import ImportForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def import_now(request: HttpRequest) -> HttpResponse:
    form = ImportForm(
        sent_fields(request), request.FILES or None, user=request.user, initial=_first(request)
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("job", _request(request, form))
        except ImportRunning as error:
            _forget(form)
            running = error.details["job"]
            return render(
                request,
                "imports/already_running.html",
                {"number": running, "feed": form["feed"].value()},
            )
        except (UsageError, FunctionNotCalled) as error:
            _forget(form)
            add_to_form(form, error)
    context = {
        "form": form,
        "servers": [feed for feed in form.feeds.values() if feed.host],
        "decided": [decision for decision, _ in waiting_decisions(timezone.now()).values()],
        "recent": find_jobs(JobFilter(), zone=district_zone(), page=1, size=3).items,
    }
    response = render(request, "imports/import_now.html", context | _direct())
    with suppress(RollbookError):  # told when the script asks where to send a file
        if (bucket := upload_bucket(os.environ)) is not None:
            response.connects_to = bucket.origin()  # type: ignore[attr-defined]
    return response


@require_POST
@for_administrators
def upload_address(request: HttpRequest) -> HttpResponse:
    """Say where a script may send one file, past the pages."""
    bucket = upload_bucket(os.environ)
    if bucket is None:
        raise Http404
    try:
        user: Any = request.user
        return JsonResponse(offer(bucket, user.key))
    except RollbookError as error:
        return JsonResponse({"problem": error_text(error)}, status=503)


def _request(request: HttpRequest, form: ImportForm) -> int:
    data = form.cleaned_data
    with ExitStack() as opened:
        upload = _upload(data, opened)
        return queueing.request_import(
            form.feeds[data["feed"]],
            started_by=str(request.user),
            dry_run="check" in request.POST,
            # Who chooses a file, or asks again, wants it read even where its bytes are the same.
            force=bool(upload),
            upload=upload,
        )


def _upload(
    data: Mapping[str, Any], opened: ExitStack
) -> queueing.Upload | queueing.InBucket | None:
    """Return what was uploaded; several files as one, which `opened` closes."""
    if data["uploaded"]:
        return queueing.InBucket(data["uploaded_name"] or "upload", data["uploaded"])
    files = data["file"]
    if len(files) > 1:
        whole, size = joined(files)
        opened.enter_context(whole)
        return queueing.Upload(set_name([safe_name(file.name) for file in files]), whole, size)
    return next((queueing.Upload(file.name, file.file, file.size) for file in files), None)


def _forget(form: ImportForm) -> None:
    """Delete what was sent to the bucket for an import that does not begin."""
    bucket, key = upload_bucket(os.environ), form.cleaned_data["uploaded"]
    if bucket is not None and key:
        with suppress(RollbookError):  # it is deleted after a day in any case
            bucket.delete(key)


def _direct() -> dict[str, Any]:
    """Return how large a file may be that comes with the form, how large at all, and the way."""
    return {
        "largest_in_form": largest_in_request(),
        "largest": largest_upload(),
        "has_bucket": upload_bucket(os.environ) is not None,
    }


def _first(request: HttpRequest) -> dict[str, Any]:
    servers = [feed.name for feed in active_feeds() if feed.host]
    asked = request.GET.get("feed", "")
    return {"feed": asked or (servers[0] if servers else "files")}
