"""The import that an address names."""

from django.http import Http404, HttpRequest

from rollbook.access.permissions import is_administrator
from rollbook.core.errors import UsageError
from rollbook.records.models import Feed
from rollbook.records.queries.for_viewers import for_viewers
from rollbook.records.queries.jobs import JobView, job_by_number


def job_or_404(number: int) -> JobView:
    """Return the job. Raises Http404."""
    try:
        return job_by_number(number)
    except UsageError as error:
        raise Http404 from error


def readable_job(request: HttpRequest, number: int) -> JobView:
    """Return as much of the job as the reader may see. Raises Http404."""
    found = job_or_404(number)
    return found if is_administrator(request) else for_viewers(found)


def feed_in_use(job: JobView) -> Feed | None:
    """Return the feed of an import, None where it was removed: another may have its name by now."""
    return Feed.objects.filter(pk=job.feed_id, removed_at=None).first()
