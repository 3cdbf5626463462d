"""Import now: from a feed's server, or an uploaded file; a check or the real thing."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import UsageError
from rollbook.records.district import district_zone
from rollbook.records.operations import queueing
from rollbook.records.operations.jobs import ImportRunning
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.history import JobFilter, find_jobs
from rollbook.web.uploads import is_cut, largest_upload


class ImportForm(forms.Form):
    """Which feed, which file, and whether anything is to be saved."""

    feed = forms.ChoiceField(label="Feed")
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        max_length=255,
        label="Upload a file instead",
        help_text="CSV, Excel (.xlsx, .xls), OpenDocument (.ods), or one of them zipped.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.feeds = {feed.name: feed for feed in active_feeds()}
        self.fields["feed"].choices = [(name, _title(name)) for name in self.feeds]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and is_cut(file):
            raise forms.ValidationError(
                f"The file is larger than {filesizeformat(largest_upload())}, and no larger one "
                "can be uploaded. Nothing was imported. Put it on the feed's server, or use "
                "`rollbook import` on the machine."
            )
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        feed = self.feeds.get(data.get("feed", ""))
        is_missing = not data.get("file") and "file" not in self.errors
        if feed is not None and not feed.host and is_missing:
            self.add_error("file", "Choose a file: this feed has no server to fetch it from.")
        return data


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
                request, "import/running.html", {"number": running, "feed": form["feed"].value()}
            )
        except UsageError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "servers": [feed for feed in form.feeds.values() if feed.host],
        "recent": find_jobs(JobFilter(), zone=district_zone(), page=1, size=3).items,
    }
    return render(request, "import/page.html", context)


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


def _title(name: str) -> str:
    return "files (uploaded by hand)" if name == "files" else name
