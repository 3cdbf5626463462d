"""A move that was broken off after the data was stored there, and before the feeds here paused.

Its beginning is on record here, and comes there with the data: so the next move knows it again.
"""

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

from rollbook import embedded
from rollbook.home import home
from rollbook.records.models import AuditEvent
from rollbook.records.operations import audit

BEGUN: Final = "installation.move_begun"
COPIES: Final = "move."
"""How the folder in ROLLBOOK_HOME begins that holds a move's copy."""

_PATIENCE: Final = 10
"""Seconds to reach the other database."""


def begin(environ: Mapping[str, str], *, actor: str) -> None:
    """Put it on record, and remove the copies of moves that were broken off."""
    for left in home(environ).glob(f"{COPIES}*"):
        shutil.rmtree(left, ignore_errors=True)
    after = {"mark": secrets.token_hex(16)}
    audit.record(actor, BEGUN, subject="installation", after=after)


def is_finished_there(address: str | None, environ: Mapping[str, str]) -> bool:
    """Tell whether the other database (None: the embedded one) has everything that is here.

    So it is where a move stored it there and nothing is on record here since.
    """
    newest = AuditEvent.objects.order_by("-id").first()
    if newest is None or newest.action != BEGUN:
        return False
    mark = (newest.after or {}).get("mark")
    try:
        with _reached(address, environ) as there:
            found = there.execute(
                "select exists (select from rollbook.audit_events"
                " where action = %s and after ->> 'mark' = %s)",
                [BEGUN, mark],
            ).fetchall()
    except psycopg.Error:  # nothing of ours is there, or the restore says why it is not reached
        return False
    return found == [(True,)]


@contextmanager
def _reached(
    address: str | None, environ: Mapping[str, str]
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    if address is not None:
        with psycopg.connect(address, connect_timeout=_PATIENCE) as connection:
            yield connection
        return
    folder: Path = home(environ)
    with embedded.running(folder) as url, psycopg.connect(url) as connection:
        yield connection
