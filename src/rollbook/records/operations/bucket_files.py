"""A file that was uploaded to the bucket: taken into the store when its import begins."""

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, BinaryIO

import psycopg

from rollbook.core.errors import RollbookError
from rollbook.core.events import Listener, Logged, Phase, PhaseStarted, ignore
from rollbook.core.sources.arrival import AT_ONCE, Arrival
from rollbook.core.sources.source import Fetched, Receiver
from rollbook.core.upload_bucket import UploadBucket, UploadNotThere
from rollbook.environ import uploads_bucket
from rollbook.records.operations.files import StoredSource, is_stored, store_file

LEFT = "The uploaded file couldn't be deleted from the bucket. AWS deletes it within a day."


def upload_bucket(environ: Mapping[str, str]) -> UploadBucket | None:
    """Return the bucket for uploads; None where this installation has none."""
    if (name := uploads_bucket(environ)) is None:
        return None
    return UploadBucket(name, environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION"))


class BucketSource:
    """The uploaded file of a job as a source: from the bucket into the store, and out of that."""

    taken = ()

    def __init__(self, stored: StoredSource, take: Callable[[Listener], None]) -> None:
        self._stored = stored
        self._take = take

    def fetch(self, into: BinaryIO, *, listener: Listener, arrival: Arrival = AT_ONCE) -> Fetched:
        """As StoredSource. Raises UploadNotThere, UploadsUnavailable, DownloadTooLarge."""
        self._take(listener)
        return self._stored.fetch(into, listener=listener, arrival=arrival)

    def check_unchanged(self) -> None:
        """Return: what is stored does not change."""


def take_from_bucket(
    connection: psycopg.Connection[Any],
    job: int,
    *,
    bucket: UploadBucket | None,
    name: str,
    scratch: Callable[[], BinaryIO],
    key: Callable[[], bytes],
    largest: int,
    listener: Listener,
) -> None:
    """Store what lies in the bucket under `name` for the job, and delete it there.

    Where it is stored already, by an attempt that broke off, nothing is left to do.
    """
    with connection.cursor() as cursor:
        if is_stored(cursor, job):
            return
    if bucket is None:
        raise UploadNotThere
    listener(PhaseStarted(Phase.CONNECTING))
    with closing(scratch()) as file:
        receiver = Receiver(file, size=bucket.size(name), listener=ignore, largest=largest)
        for block in bucket.blocks(name):
            receiver.take(block)
        file.flush()
        store_file(connection, job, file=file, size=receiver.received, key=key())
    try:
        bucket.delete(name)
    except RollbookError:
        listener(Logged(LEFT))
