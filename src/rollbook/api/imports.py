"""Imports that are begun: from a feed's server, or with a file that is sent."""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Header, Router
from ninja.files import UploadedFile

from rollbook.access.operations.idempotency import LONGEST_KEY, once
from rollbook.access.scopes import Scope
from rollbook.api.bodies import FeedName, TriggerIn
from rollbook.api.caller import Caller, caller_of
from rollbook.api.problems import Problem, check_names
from rollbook.api.questions import TrueOrFalse
from rollbook.api.rules import needs
from rollbook.api.schemas import Begun
from rollbook.api.views import begun
from rollbook.core.errors import UsageError
from rollbook.records.operations import queueing
from rollbook.records.queries.feeds import feed_by_name
from rollbook.transfers.uploads import is_cut

router = Router(tags=["Imports"])


_TEXTS: Final = frozenset(("feed", "dry_run"))
_FILES: Final = frozenset(("file",))
"""Of the form. A text that is sent as a file would be passed over, and its default would count."""

Key = Annotated[
    str | None,
    Header(
        None,
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key again within 24 hours gives the same answer and begins nothing.",
    ),
]


@router.post(
    "/trigger",
    **needs(Scope.IMPORT),
    response={202: Begun},
    operation_id="trigger_import",
    summary="Import a feed's newest file now",
)
def trigger_import(
    request: HttpRequest, response: HttpResponse, body: TriggerIn, idempotency_key: Key = None
) -> Any:
    caller = caller_of(request)

    def begin() -> int:
        feed = feed_by_name(body.feed)
        if not feed.host:
            raise UsageError(
                what=f"The feed {feed.name} has no server.",
                advice="Send its file to /api/admin/import/upload.",
                field="feed",
            )
        return queueing.request_import(
            feed,
            started_by=caller.actor,
            dry_run=body.dry_run,
            force=body.force,
        )

    fingerprint = f"trigger {body.model_dump_json()}"
    job = begin_once(caller, idempotency_key, fingerprint=lambda: fingerprint, begin=begin)
    return begun(response, job)


@router.post(
    "/upload",
    **needs(Scope.IMPORT),
    response={202: Begun},
    operation_id="upload_file",
    summary="Import a file that is sent along",
)
def upload_file(
    request: HttpRequest,
    response: HttpResponse,
    file: Annotated[UploadedFile, File()],
    feed: Annotated[FeedName, Form("files", description="Whose settings it is read with.")],
    dry_run: Annotated[TrueOrFalse, Form(False)] = False,
    idempotency_key: Key = None,
) -> Any:
    caller = caller_of(request)
    check_names(request.POST, known=_TEXTS)
    check_names(request.FILES, known=_FILES)
    if is_cut(file):
        raise Problem(413, "file_too_large", "The file is too large. Nothing was imported.")

    def begin() -> int:
        # Who sends a file wants it read, even where its bytes are the same.
        return queueing.request_import(
            feed_by_name(feed),
            started_by=caller.actor,
            dry_run=dry_run,
            force=True,
            upload=queueing.Upload(file.name or "", file.file, file.size or 0),  # type: ignore[arg-type]
        )

    def fingerprint() -> str:
        return f"upload {json.dumps([feed, dry_run, file.name, _digest(file)])}"

    job = begin_once(caller, idempotency_key, fingerprint=fingerprint, begin=begin)
    return begun(response, job)


def begin_once(
    caller: Caller, key: str | None, *, fingerprint: Callable[[], str], begin: Callable[[], int]
) -> int:
    """Return the job that is begun, or was begun by the same request before."""
    if key is None:
        return begin()
    return once(caller.key, key, fingerprint=fingerprint(), begin=begin)


def _digest(file: UploadedFile) -> str:
    found = hashlib.sha256()
    for part in file.chunks():
        found.update(part)
    file.seek(0)
    return found.hexdigest()
