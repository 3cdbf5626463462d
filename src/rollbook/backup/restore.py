"""Restores a backup in one transaction: its version's tables, its rows, then today's tables."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from rollbook.backup import owners, tables, target
from rollbook.backup.alone import Alone
from rollbook.backup.beside import Adopted, Beside
from rollbook.backup.errors import BackupNewer, NoRoomToRestore
from rollbook.backup.key import check_key, given_key, key_in_place
from rollbook.backup.read import Backup
from rollbook.backup.session import settle
from rollbook.records.database import DatabaseFull, translated
from rollbook.records.locks import MIGRATION
from rollbook.records.migrate import TablesBusy
from rollbook.records.models import AuditSeal
from rollbook.records.operations import audit
from rollbook.records.operations.import_index import index_all
from rollbook.records.operations.installation_key import remember

Targets = list[tuple[str, str]]
Cursor = psycopg.Cursor[Any]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it. `counts`: rows per table as counted afterwards."""

    counts: dict[str, int]
    left_out: list[str]
    """Tables that another program has put into our schema: no migration makes them."""
    old_key: Path | None
    """Where the key stays that was here before."""
    adopted: Adopted | None = None
    """What became of students and imports beside another application's."""


def check_target(
    backup: Backup, *, replace: bool, environ: Mapping[str, str], without_key: bool = False
) -> dict[str, int]:
    """Return the rows that a restore would give up, by table; nothing is changed.

    Raises BackupNewer, OtherKey unless `without_key`, InUse, OtherRoleRestores, OwnersFirst,
    SharedTables, and NotEmpty unless `replace`.
    """
    targets_of(backup)
    if not without_key:
        check_key(backup.manifest, environ)
    with _raw_cursor() as cursor:
        owners.check_role(cursor)
        target.await_rest(cursor)
        target.check_free(cursor)
        if not replace:
            target.check_empty(cursor)
        return target.contents(cursor)


def restore(
    backup: Backup,
    *,
    replace: bool,
    environ: Mapping[str, str],
    actor: str,
    keep_key: bool = True,
    without_key: bool = False,
    dry_run: bool = False,
) -> Restored:
    """Put the backup in the place of what is there, whole or not at all.

    `dry_run`: everything is done and rolled back. `keep_key`: a key file that is replaced is kept
    beside. `without_key`: restore although the key here cannot decrypt what the backup holds.
    Raises as `check_target` does, and OwnerMakesRoom, CountsDiffer, RowsDiffer, StudentsDoubtful,
    StudentsUnfit, NoRoomToRestore, KeyNotPlaced, BackupDamaged.
    """
    manifest = backup.manifest
    targets = targets_of(backup)
    old_key = None
    with ExitStack() as stack:
        # Entered first, so that it is left last: the key follows when the rows are committed.
        is_placed = not without_key and check_key(manifest, environ) and not dry_run
        if is_placed and manifest.key is not None:
            placed = key_in_place(manifest.key, environ, keep=keep_key)
            old_key = stack.enter_context(placed)
        try:
            with translated(), transaction.atomic(), _raw_cursor() as cursor:
                shared = _prepare(cursor, replace=replace)
                _build(targets)
                loader = Beside(cursor) if shared else Alone(cursor)
                counts = _fill(cursor, backup, loader)
                call_command("migrate", verbosity=0, interactive=False)
                if loader.adopted is not None and loader.adopted.shift:
                    # The audit names imports by their numbers here: it is sealed again.
                    AuditSeal.objects.all().delete()
                if without_key:  # what is encrypted from now on is with the key here
                    remember(cursor, given_key(environ)[0], replace=True)
                index_all(cursor)
                _analyze(cursor)
                _record(backup, actor=actor)
                transaction.set_rollback(dry_run)
        except DatabaseFull:
            why = "the database's disk became full."
            raise NoRoomToRestore(why=why) from None
    left_out = [table.name for table in manifest.tables if table.name not in counts]
    return Restored(counts, left_out, old_key, loader.adopted)


def targets_of(backup: Backup) -> Targets:
    """Return the last migration of each app in the backup. Raises BackupNewer."""
    manifest = backup.manifest
    graph = MigrationLoader(None).graph
    applied = set(manifest.migrations)
    if not applied <= set(graph.nodes):
        raise BackupNewer(path=backup.path, version=manifest.version)
    return [
        node
        for node in manifest.migrations
        if not any(
            child.key in applied and child.key[0] == node[0]
            for child in graph.node_map[node].children
        )
    ]


def _prepare(cursor: Cursor, *, replace: bool) -> bool:
    """Clear the database; return whether another application uses it too."""
    settle(cursor)
    cursor.execute("select pg_try_advisory_xact_lock(%s)", [MIGRATION])
    if cursor.fetchall() != [(True,)]:
        raise TablesBusy
    target.lock(cursor)
    shared = target.is_shared(cursor)
    target.check_free(cursor)
    if not replace:
        target.check_empty(cursor)
    target.clear(cursor, shared=shared)
    cursor.execute("select to_regnamespace('rollbook') is null")
    if cursor.fetchall() == [(True,)]:
        cursor.execute("create schema rollbook")
    return shared


def _build(targets: Targets) -> None:
    """Make the tables as the version had them that wrote the backup."""
    MigrationExecutor(connection).migrate(targets)


def _fill(cursor: Cursor, backup: Backup, loader: Alone | Beside) -> dict[str, int]:
    """Load every table, and return what is there then. Raises CountsDiffer, RowsDiffer."""
    made = set(tables.names(cursor))
    described = {table.name: table for table in backup.manifest.tables if table.name in made}
    for name in reversed(described):
        # Migrations have put first rows into some of our schema.
        if name.startswith("rollbook."):
            cursor.execute(sql.SQL("delete from {}").format(tables.identifier(name)))
    for name, rows in backup.tables():
        if name not in described:
            continue
        if name == tables.SNAPSHOTS:
            owners.add_terms(cursor)
        loader.load(described[name], rows)
    owners.add_terms(cursor)  # where there is no snapshot yet
    counts = loader.finish(described.values())
    # What is still to be checked is checked now: a table with open checks cannot be migrated.
    cursor.execute("set constraints all immediate")
    return counts


def _analyze(cursor: Cursor) -> None:
    """Let the first import be planned with what is there, not with what an empty table needs."""
    found = map(tables.identifier, [*tables.names(cursor), "rollbook.import_index"])
    cursor.execute(sql.SQL("analyze {}").format(sql.SQL(", ").join(found)))


def _record(backup: Backup, *, actor: str) -> None:
    manifest = backup.manifest
    after = {
        "made_at": manifest.made_at,
        "version": manifest.version,
        "rows": {table.name: table.rows for table in manifest.tables},
    }
    audit.record(actor, "backup.restored", subject=backup.path.name[:200], after=after)


def _raw_cursor() -> Cursor:
    """Return a cursor of psycopg on Django's own connection, and so in its transaction."""
    connection.ensure_connection()
    cursor: Cursor = connection.connection.cursor()
    return cursor
