"""What to do with an import that is held: apply it once, or discard it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.operations.decisions import approve_import, discard_import
from rollbook.records.outcome import Outcome
from rollbook.web.pages.imports.shortcuts import job_or_404

WAYS = {"apply": "Apply once", "discard": "Discard"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_decide(request: HttpRequest, number: int, way: str) -> HttpResponse:
    """Name the effect in numbers and ask for a reason; then do it."""
    found = job_or_404(number)
    if way not in WAYS:
        raise Http404
    if found.outcome is not Outcome.NEEDS_REVIEW:
        return redirect("job", number)
    error = reason = ""
    if request.method == "POST":
        reason, actor = request.POST.get("reason", "").strip(), str(request.user)
        try:
            if way == "apply":
                approve_import(number, actor=actor, reason=reason, is_queued=True)
            else:
                discard_import(number, actor=actor, reason=reason)
        except RollbookError as refused:
            error = str(refused)
        else:
            return redirect("job", number)
    context = {"job": found, "way": way, "words": WAYS[way], "error": error, "reason": reason}
    return render(request, "imports/decide.html", context)
