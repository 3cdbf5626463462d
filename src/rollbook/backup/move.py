"""Moves an installation into another database: whole or not at all, and never active in both."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from rollbook.backup import tables, target
from rollbook.backup.broken_off import COPIES, begin, is_finished_there
from rollbook.backup.errors import written
from rollbook.backup.manifest import Manifest
from rollbook.backup.session import settle
from rollbook.backup.write import copy_into
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.quantities import counted
from rollbook.home import home
from rollbook.records.database import connection_parameters, translated
from rollbook.records.models import Job
from rollbook.records.operations import audit
from rollbook.records.operations.feeds import change_feed
from rollbook.records.outcome import Outcome
from rollbook.records.queries.feeds import active_feeds

EMBEDDED: Final = "embedded"
"""The target that means the database in ROLLBOOK_HOME."""


class ImportsWait(RollbookError):
    """{what} for a worker, and would be done in both databases after the move.

    Nothing was changed.

    Let a worker do that, or cancel it. Then move."""

    reason = "imports_wait"
    exit_code = 5


class NotMoved(RollbookError):
    """The other database didn't take the data; the lines above say why.

    Nothing was changed, here or there.

    Fix it, and move again."""

    reason = "not_moved"


class MovedWithoutPause(RollbookError):
    """Everything is in the other database now, but the feeds here couldn't be paused.

    Nothing is lost.

    Move again: that pauses them and does no more. Until then, don't start Rollbook with this
    database."""

    reason = "moved_without_pause"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, and which feeds were paused here."""

    manifest: Manifest
    paused: list[str]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to: an address, or EMBEDDED; `replace`: give up what it holds of Rollbook."""

    address: str
    replace: bool = False

    def check(self, *, is_embedded: bool) -> None:
        """Raise UsageError where this is no address of another database."""
        if self.address == EMBEDDED:
            if is_embedded:
                raise UsageError(what="The data is in the embedded database already.")
            return
        try:
            theirs = psycopg.conninfo.conninfo_to_dict(self.address)
        except psycopg.ProgrammingError:
            theirs = {}
        if not theirs.get("dbname"):
            raise UsageError(
                what="The target isn't a database address.",
                advice=f"Write postgresql://USER:PASSWORD@HOST/NAME, or {EMBEDDED}.",
            )
        ours = connection_parameters()
        if all(_text(theirs, part) == _text(ours, part) for part in ("host", "port", "dbname")):
            raise UsageError(what="The target is the database the data is already in.")


@translated()
def rehearse(to: Destination, environ: Mapping[str, str]) -> Manifest:
    """Restore everything into the other database and roll it back; it says on the terminal how.

    Raises as `move` does.
    """
    _check_rest()
    with _copied(environ) as (manifest, copy, passphrase):
        _restore(to, copy, passphrase, environ=environ, options=("--dry-run",))
    return manifest


@translated()
def finish(to: Destination, environ: Mapping[str, str], *, actor: str) -> list[str] | None:
    """Pause the feeds here where a move that was broken off has stored everything there.

    Returns their names; None where there is no such move. Raises InUse, ImportsWait.
    """
    address = None if to.address == EMBEDDED else to.address
    if to.replace or not is_finished_there(address, environ):
        return None
    _check_rest()
    with transaction.atomic():
        _keep_others_out()
        paused = _pause(environ, actor=actor)
        after = {"paused": paused}
        audit.record(actor, "installation.moved", subject="installation", after=after)
    return paused


@translated()
def move(to: Destination, environ: Mapping[str, str], *, actor: str) -> Moved:
    """Restore everything into the other database; then the feeds here are paused.

    The pause is made in a transaction that keeps others out, and is committed after the other
    database's. Raises InUse, ImportsWait, NotMoved, MovedWithoutPause, KeyDiffers, NotWritten.
    """
    _check_rest()
    begin(environ, actor=actor)
    is_there = False
    try:
        with transaction.atomic():
            _keep_others_out()
            with _copied(environ) as (manifest, copy, passphrase):
                paused = _pause(environ, actor=actor)
                after = {"rows": manifest.rows, "paused": paused}
                audit.record(actor, "installation.moved", subject="installation", after=after)
                _restore(to, copy, passphrase, environ=environ, options=("--yes",))
                is_there = True
    except (RollbookError, DatabaseError) as error:
        if is_there:
            raise MovedWithoutPause from error
        raise
    return Moved(manifest, paused)


def _check_rest() -> None:
    """Raise InUse where anything is at work, ImportsWait where something waits to be."""
    with _raw_cursor() as cursor:
        target.await_rest(cursor)
    if waiting := Job.imports.with_outcome(Outcome.WAITING).count():
        wait = "waits" if waiting == 1 else "wait"
        raise ImportsWait(what=f"{counted(waiting, 'import')} {wait}")


def _keep_others_out() -> None:
    """Let nobody write our tables until the transaction ends; a neighbor may go on with its own."""
    with _raw_cursor() as cursor:
        settle(cursor)
        # Who may only add to the audit may not lock it; each of its writers writes others of these.
        cursor.execute(
            "select name from unnest(%s::text[]) name"
            " where has_table_privilege(name, 'update, delete')",
            [[name for name in tables.names(cursor) if name not in target.SHARED]],
        )
        ours = [name for (name,) in cursor.fetchall()]
        locked = sql.SQL(", ").join(map(tables.identifier, ours))
        cursor.execute(sql.SQL("lock table {} in share mode").format(locked))


@contextmanager
def _copied(environ: Mapping[str, str]) -> Iterator[tuple[Manifest, Path, str]]:
    """Give a backup in ROLLBOOK_HOME that no one can open later: its passphrase is nowhere."""
    passphrase = secrets.token_urlsafe(32)
    folder = home(environ)
    with written(folder), tempfile.TemporaryDirectory(dir=folder, prefix=COPIES) as kept:
        copy = Path(kept) / "rollbook.move"
        with copy.open("xb") as file:
            manifest = copy_into(file, passphrase=passphrase, environ=environ)
        yield manifest, copy, passphrase


def _pause(environ: Mapping[str, str], *, actor: str) -> list[str]:
    """Switch every schedule off; return the names of the feeds."""
    paused = [feed for feed in active_feeds() if feed.schedule.get("is_on")]
    for feed in paused:
        off = {"schedule": feed.schedule | {"is_on": False}}
        change_feed(feed.name, settings=off, secret=None, environ=environ, actor=actor)
    return [feed.name for feed in paused]


def _restore(
    to: Destination,
    copy: Path,
    passphrase: str,
    *,
    environ: Mapping[str, str],
    options: tuple[str, ...],
) -> None:
    """Let another process restore, because one of them can use but one database."""
    given = {name: text for name, text in environ.items() if not name.startswith("DATABASE_URL")}
    if to.address != EMBEDDED:
        given["DATABASE_URL"] = to.address
    words = ["restore", str(copy), "--passphrase-file", "/dev/stdin", *options]
    if to.replace:
        words.append("--replace")
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "rollbook", *words],
        env=given,
        input=f"{passphrase}\n",
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotMoved


def _raw_cursor() -> psycopg.Cursor[Any]:
    connection.ensure_connection()
    cursor: psycopg.Cursor[Any] = connection.connection.cursor()
    return cursor


def _text(parameters: Mapping[str, Any], part: str) -> str:
    default = {"host": os.environ.get("PGHOST", "localhost"), "port": "5432"}.get(part, "")
    return str(parameters.get(part) or default)
