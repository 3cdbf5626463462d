"""Writes a backup: one consistent look at the database, encrypted as it streams into the file."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from django.db import transaction
from psycopg import sql

from rollbook.backup import tables
from rollbook.backup.errors import written
from rollbook.backup.frames import packed
from rollbook.backup.key import proof_of
from rollbook.backup.manifest import Manifest, Table
from rollbook.backup.sealed import COST, seal
from rollbook.backup.session import settle
from rollbook.core.errors import UsageError
from rollbook.records.database import connect
from rollbook.records.operations import audit
from rollbook.records.operations.installation_key import (
    check,
    given_key,
    is_remembered,
    secret_key,
)
from rollbook.records.tables.comparison import check_complete
from rollbook.records.tables.ownership import condition_of


class FileExists(UsageError):
    """The file {path} already exists.

    Nothing was changed.

    Choose another name, or replace it."""

    reason = "file_exists"


def back_up(
    path: Path,
    *,
    passphrase: str,
    replace: bool,
    environ: Mapping[str, str],
    actor: str,
    cost: int = COST,
) -> Manifest:
    """Write the backup and return what it holds. Imports may run meanwhile.

    Raises FileExists, NotWritten, KeyDiffers, KeyMissing, KeyUnusable, TablesChanged, and as
    `translated` does.
    """
    _check_free(path, replace)
    with _beside(path) as (file, put_in_place):
        manifest = copy_into(file, passphrase=passphrase, environ=environ, cost=cost)
        with transaction.atomic():
            after = {"rows": manifest.rows, "tables": len(manifest.tables)}
            audit.record(actor, "backup.written", subject=path.name[:200], after=after)
            _check_free(path, replace)
            put_in_place()
    return manifest


def copy_into(
    file: BinaryIO, *, passphrase: str, environ: Mapping[str, str], cost: int = COST
) -> Manifest:
    """Write the content of a backup into `file`. Raises as `back_up` does."""
    with connect() as connection, _one_look(connection) as cursor:
        manifest = _manifest(cursor, environ)
        seal(packed(manifest, _reader(cursor)), file, passphrase=passphrase, cost=cost)
    return manifest


def _check_free(path: Path, replace: bool) -> None:
    if path.is_dir():
        raise UsageError(
            what=f"{path} is a folder.",
            advice=f"Name a file in it, such as {path / 'rollbook.backup'}.",
        )
    if path.exists() and not replace:
        raise FileExists(path=path)


@contextmanager
def _beside(path: Path) -> Iterator[tuple[BinaryIO, Callable[[], None]]]:
    """Give a file beside `path` and what puts it in its place; until then `path` is as it was."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")

    def put_in_place() -> None:
        file.flush()
        os.fsync(file.fileno())
        draft.replace(path)

    with written(path):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file, put_in_place
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def _one_look(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Cursor[Any]]:
    """Give a cursor that sees one moment, whatever others write.

    The tables are locked against changes of their shape before the moment is chosen: a table that
    is rewritten would look empty from a moment before.
    """
    with connection.cursor() as cursor:
        settle(cursor)
        check_complete(cursor)
        locked = sql.SQL(", ").join(map(tables.identifier, tables.names(cursor)))
        connection.commit()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        cursor.execute(sql.SQL("lock table {} in access share mode").format(locked))
        yield cursor
        connection.rollback()


def _manifest(cursor: psycopg.Cursor[Any], environ: Mapping[str, str]) -> Manifest:
    found = tables.described(cursor, tables.names(cursor))
    key = _key(cursor, environ)
    cursor.execute(
        "select current_setting('server_version_num')::int,"
        " (select sum(pg_total_relation_size(name::regclass))::bigint"
        " from unnest(%s::text[]) name)",
        [[table.name for table in found]],
    )
    [(server, size)] = cursor.fetchall()
    cursor.execute("select app, name from rollbook.django_migrations order by id")
    migrations = list(cursor.fetchall())
    return Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("rollbook"),
        postgresql=server,
        size=size,
        migrations=migrations,
        tables=found,
        left_out=tables.foreign_columns(cursor),
        others=tables.others(cursor),
        secrets=environ.get("ROLLBOOK_SECRETS") or "local",
        key=key if given_key(environ) is None else None,
        key_proof=proof_of(key),
    )


def _key(cursor: psycopg.Cursor[Any], environ: Mapping[str, str]) -> bytes:
    """Return the key of what `cursor` sees. Raises KeyDiffers where it was rotated since."""
    key = secret_key(environ)
    if is_remembered(cursor):
        check(cursor, key)
    return key


def _reader(cursor: psycopg.Cursor[Any]) -> Callable[[Table], Iterator[bytes]]:
    def rows(table: Table) -> Iterator[bytes]:
        statement = sql.SQL("copy (select {} from {} where {}) to stdout").format(
            sql.SQL(", ").join(map(sql.Identifier, table.columns)),
            tables.identifier(table.name),
            condition_of(table.name),
        )
        with cursor.copy(statement) as copy:
            for data in copy:
                yield bytes(data)

    return rows
