"""The encrypted bytes of files whose import did not complete: kept, expired."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Final

import psycopg

from rollbook.core.errors import FileRefused
from rollbook.core.events import Listener, Phase, PhaseStarted
from rollbook.core.file_set import digest_of, digests, parts_of
from rollbook.core.sources.arrival import AT_ONCE, Arrival
from rollbook.core.sources.arrival_errors import FileEmpty
from rollbook.core.sources.filestore import decrypt_chunks, encrypt_chunks
from rollbook.core.sources.patience import LARGEST_FILE
from rollbook.core.sources.source import Fetched, Receiver, all_or_nothing
from rollbook.core.statements import Statements
from rollbook.records.district import FILES_DAYS, days_of
from rollbook.records.locks import INSTALLATION_KEY
from rollbook.records.operations.installation_key import hold

_SQL: Final = Statements(__package__, "files.sql")

WHOLE: Final = 1 << 30
"""Bytes, more than any chunk has."""


class StoredFileGone(FileRefused):
    """The uploaded file has expired.

    Nothing was changed.

    Upload it again."""

    reason = "stored_file_gone"


def store_file(
    connection: psycopg.Connection[Any], job: int, *, file: BinaryIO, size: int, key: bytes
) -> None:
    """Keep `file` for the job, encrypted, for as long as the district keeps such files."""
    with connection.transaction(), connection.cursor() as cursor:
        store(cursor, job, file=file, size=size, key=key)


def store(cursor: Any, job: int, *, file: BinaryIO, size: int, key: bytes) -> None:
    """As `store_file`, in the transaction of `cursor`. Raises KeyDiffers."""
    hold(cursor, key)
    number = uuid.uuid4()
    file.seek(0)
    expires_at = datetime.now(UTC) + timedelta(days=days_of(FILES_DAYS))
    _SQL.run(cursor, "insert_file", file=number, job=job, size=size, expires_at=expires_at)
    for position, chunk in enumerate(encrypt_chunks(file, key, file_id=str(number))):
        _SQL.run(cursor, "insert_chunk", file=number, position=position, data=chunk)


def is_stored(cursor: Any, job: int) -> bool:
    """Tell whether the job's file is there."""
    _SQL.run(cursor, "is_stored", job=job)
    return bool(cursor.fetchone()[0])


def drop_file(cursor: Any, job: int) -> None:
    """Delete what is stored for the job: its import is complete."""
    _SQL.run(cursor, "drop_file", job=job)


def hand_over(cursor: Any, job: int, *, to: int) -> bool:
    """Let what is stored for one job be another's; False where nothing is."""
    _SQL.run(cursor, "hand_over", job=job, to=to)
    return bool(cursor.rowcount)


class StoredSource:
    """The stored file of a job as a source."""

    taken = ()

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        job: int,
        *,
        name: str,
        key: Callable[[], bytes],
        largest: Callable[[], int] = lambda: LARGEST_FILE,
    ) -> None:
        # Both are asked for when the job runs, so that one that is unusable is how it ends.
        self._connection = connection
        self._job = job
        self._name = name
        self._key = key
        self._largest = largest

    def fetch(self, into: BinaryIO, *, listener: Listener, arrival: Arrival = AT_ONCE) -> Fetched:
        """Decrypt the file into `into`.

        Raises FileEmpty, KeyUnusable, StoredFileDamaged, StoredFileGone, UnsafeSetting.
        """
        listener(PhaseStarted(Phase.CONNECTING))
        row = _SQL.run(self._connection, "find_file", job=self._job).fetchone()
        if row is None:
            raise StoredFileGone
        number, size = row
        listener(PhaseStarted(Phase.DOWNLOADING))
        if not size:
            raise FileEmpty(private=f"The file is {self._name}.")
        receiver = Receiver(into, size=size, listener=listener, largest=self._largest())
        with self._one_key() as key, all_or_nothing(into):
            for block in decrypt_chunks(self._chunks(number), key, file_id=number):
                receiver.take(block)
        parts = parts_of(into, receiver.received)
        sha256 = digest_of(digests(into, parts)) if parts else receiver.sha256()
        return Fetched(self._name, receiver.received, None, sha256, "uploaded file")

    def check_unchanged(self) -> None:
        """Return: what is stored does not change."""

    @contextmanager
    def _one_key(self) -> Iterator[bytes]:
        """Give the key, which no rotation replaces between two chunks."""
        _SQL.run(self._connection, "share_key", lock=INSTALLATION_KEY)
        try:
            yield self._key()
        finally:
            _SQL.run(self._connection, "release_key", lock=INSTALLATION_KEY)

    def _chunks(self, number: str) -> Iterator[bytes]:
        position = 0
        while chunk := b"".join(self._pieces(number, position)):
            yield chunk
            position += 1

    def _pieces(self, number: str, position: int) -> Iterator[bytes]:
        """Yield a chunk in the pieces that the connection carries: one, natively."""
        size = getattr(self._connection, "largest_value", WHOLE)
        start = 1
        while True:
            row = _SQL.run(
                self._connection,
                "find_chunk",
                file=number,
                position=position,
                start=start,
                size=size,
            ).fetchone()
            if row is None:
                return
            yield bytes(row[0])
            if len(row[0]) < size:
                return
            start += size


def expire_files(connection: psycopg.Connection[Any]) -> None:
    """Delete the files whose time is over."""
    _SQL.run(connection, "expire_files")
