"""The encrypted bytes of files whose import did not complete: kept, expired."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

import psycopg

from rollbook.core.sources.filestore import encrypt_chunks

KEPT_FOR = timedelta(days=14)


def store_file(
    connection: psycopg.Connection[Any], job: int, *, file: BinaryIO, size: int, key: bytes
) -> None:
    """Keep `file` for the job, encrypted, for 14 days."""
    number = uuid.uuid4()
    file.seek(0)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "insert into rollbook.stored_files (id, job_id, size, expires_at)"
            " values (%s, %s, %s, %s)",
            [number, job, size, datetime.now(UTC) + KEPT_FOR],
        )
        for position, chunk in enumerate(encrypt_chunks(file, key, file_id=str(number))):
            cursor.execute(
                "insert into rollbook.stored_file_chunks (file_id, position, data)"
                " values (%s, %s, %s)",
                [number, position, chunk],
            )


def expire_files(connection: psycopg.Connection[Any]) -> None:
    """Delete the files whose time is over."""
    connection.execute(
        "with gone as (select id from rollbook.stored_files where expires_at < now()),"
        " parts as (delete from rollbook.stored_file_chunks where file_id in (select id from gone))"
        " delete from rollbook.stored_files where id in (select id from gone)"
    )
