"""The version that a page shows, and sends back: `components/seen.html`."""

from collections.abc import Callable

from django.http import HttpRequest

from rollbook.core.errors import RollbookError
from rollbook.records.operations.seen import ChangedMeanwhile, Seen, version_of
from rollbook.web.filled_again import sent_text


def sent_version(request: HttpRequest) -> str:
    """Return the version that the page showed; "" where nothing was sent."""
    return sent_text(request, "seen")[:64]


def seen_by(request: HttpRequest, parts: tuple[str, ...]) -> Seen | None:
    """The same of attributes of a row."""
    version = sent_version(request)
    return Seen(parts, version) if version else None


def shown_version(
    request: HttpRequest, stored: Callable[[], object], refused: RollbookError | None = None
) -> str:
    """Return the version for the page. One that is shown again for another reason keeps its own.

    `refused`: why it is shown again; after ChangedMeanwhile the person knows, and may replace it.
    """
    sent = "" if isinstance(refused, ChangedMeanwhile) else sent_version(request)
    return sent or version_of(stored())
