"""Files that are too large for a request to a function: sent to a bucket, then imported."""

import os
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from rollbook.access.scopes import Scope
from rollbook.api.bodies import UploadedIn
from rollbook.api.caller import caller_of
from rollbook.api.imports import Key, begin_once
from rollbook.api.rules import needs
from rollbook.api.schemas import Begun, UploadAddress
from rollbook.api.views import begun
from rollbook.core.upload_bucket import UploadBucket
from rollbook.records.operations import queueing
from rollbook.records.operations.bucket_files import upload_bucket
from rollbook.records.queries.feeds import feed_by_name
from rollbook.transfers.direct_uploads import NoUploadBucket, key_of, offer

router = Router(tags=["Imports"])


@router.post(
    "/upload-address",
    **needs(Scope.IMPORT),
    response=UploadAddress,
    operation_id="upload_address",
    summary="Where to send a file that is too large for one request",
    description="On AWS a request holds a file of about 4 MB. Elsewhere 404.",
)
def upload_address(request: HttpRequest) -> Any:
    return offer(_bucket(), caller_of(request).key)


@router.post(
    "/uploaded",
    **needs(Scope.IMPORT),
    response={202: Begun},
    operation_id="import_uploaded",
    summary="Import a file that was sent to such an address",
    description="Where the import cannot begin, the file stays for another try, a day at most.",
)
def import_uploaded(
    request: HttpRequest, response: HttpResponse, body: UploadedIn, idempotency_key: Key = None
) -> Any:
    caller = caller_of(request)

    def begin() -> int:
        feed, bucket = feed_by_name(body.feed), _bucket()
        key = key_of(body.uploaded, caller.key)
        bucket.size(key)  # whether it is there
        return queueing.request_import(
            feed,
            started_by=caller.actor,
            dry_run=body.dry_run,
            force=True,
            upload=queueing.InBucket(body.file_name, key),
        )

    fingerprint = f"uploaded {body.model_dump_json()}"
    job = begin_once(caller, idempotency_key, fingerprint=lambda: fingerprint, begin=begin)
    return begun(response, job)


def _bucket() -> UploadBucket:
    bucket = upload_bucket(os.environ)
    if bucket is None:
        raise NoUploadBucket
    return bucket
