"""Import again: which file, what that would do, and whether it would write over newer data."""

from datetime import UTC, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.models import Feed
from rollbook.records.operations import queueing
from rollbook.records.operations.checked_files import can_be_imported, is_of_other_settings
from rollbook.records.operations.jobs import ImportRunning
from rollbook.records.outcome import Outcome
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.row_fixes import newer_import
from rollbook.web.error_texts import error_text
from rollbook.web.pages.imports.shortcuts import feed_in_use, job_or_404

NOT_CONFIRMED: Final = "Check the box to import over the newer data, or cancel."


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_again(request: HttpRequest, number: int) -> HttpResponse:
    """Ask first; then fetch and import once more for the same feed, even if the bytes are the same.

    Where a later import has stored another file, that must be confirmed.
    """
    found = job_or_404(number)
    feed = feed_to_ask(found)
    if feed is None:
        raise Http404
    newer = newer_import(found, feed)
    problem = ""
    if request.method == "POST":
        is_check = "check" in request.POST
        if newer is not None and not is_check and "over" not in request.POST:
            problem = NOT_CONFIRMED
        else:
            try:
                return redirect("job", _request(request, feed, is_check=is_check))
            except ImportRunning as error:
                running = {"number": error.details["job"], "feed": feed.name}
                return render(request, "imports/already_running.html", running)
            except RollbookError as error:
                problem = error_text(error)
    context = {"job": found, "feed": feed, "newer": newer, "problem": problem}
    return render(request, "imports/again.html", context | what_is_known(found))


def feed_to_ask(job: JobView) -> Feed | None:
    """Return the feed whose server would be asked again; None where there is none, or the import
    waits for a decision."""
    if job.outcome is Outcome.NEEDS_REVIEW or not job.outcome.is_over:
        return None
    feed = feed_in_use(job)
    return feed if feed is not None and feed.host else None


def ways_to_import(job: JobView) -> dict[str, bool]:
    """Return whether a dry run's file can be imported, and whether it must be checked again."""
    can_be = can_be_imported(job)
    return {"can_be_imported": can_be, "checks_again": can_be and is_of_other_settings(job)}


def what_is_known(job: JobView) -> dict[str, Any]:
    """Return which file the import read, when that was changed last, and what came of it."""
    served, counts = job.report.served, job.report.counts
    modified = None
    if served is not None and served.modified > 0:
        modified = datetime.fromtimestamp(served.modified, UTC)
    return {
        "file": job.report.file,
        "modified": modified,
        "would_write": counts.inserted + counts.updated if counts.total else None,
        "is_same": job.outcome is Outcome.NO_NEW_FILE,
        "was_stored": job.report.stored and job.outcome is not Outcome.UNDONE,
    }


def _request(request: HttpRequest, feed: Feed, *, is_check: bool) -> int:
    return queueing.request_import(feed, started_by=str(request.user), dry_run=is_check, force=True)
