"""One press on an import's page: these words are the district's own levels."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import UsageError
from rollbook.core.quantities import counted
from rollbook.records.operations.own_levels import take_own_levels
from rollbook.records.queries.own_levels import digest, unknown_levels
from rollbook.web.error_texts import error_text
from rollbook.web.pages.imports.shortcuts import job_or_404

ALL = "all"


@require_POST
@for_administrators
def job_levels(request: HttpRequest, number: int) -> HttpResponse:
    """Map the words that were shown to themselves, of one column or of all."""
    job = job_or_404(number)
    found = unknown_levels(job)
    column = request.POST.get("column", "")
    chosen = [each for each in found if column in (ALL, each.field.name)]
    if not chosen or request.POST.get("seen") != digest(found):
        messages.error(request, "The words changed since you opened this page. Look again.")
        return redirect("job", number)
    words = {each.field.name: each.words for each in chosen}
    try:
        taken = take_own_levels(job, words, actor=str(request.user))
    except UsageError as refused:
        messages.error(request, error_text(refused))
    else:
        said = f"{counted(len(taken), 'word')} of {counted(len(chosen), 'column')}"
        messages.success(request, f"Saved: {said} are your own levels. The next import uses them.")
    return redirect("job", number)
