"""A page shows what is stored and sends it back changed: what came in between is not lost."""

import hashlib
import json
from typing import NamedTuple

from django.db import connection

from rollbook.core.errors import UsageError
from rollbook.records.locks import EDITS


class ChangedMeanwhile(UsageError):
    """Someone else changed {what} since you opened this page.

    Nothing was saved.

    Your changes are still here. Look at the saved ones in another tab; saving again replaces
    them."""

    reason = "changed_meanwhile"


class Seen(NamedTuple):
    """What a page showed: attributes of a row, and the version that they had."""

    parts: tuple[str, ...]
    version: str

    def check(self, row: object, *, what: str) -> None:
        """Raise ChangedMeanwhile where the row, which is locked, has become another one."""
        check_seen(self.version, parts_of(row, self.parts), what=what)


def parts_of(row: object, parts: tuple[str, ...]) -> list[object]:
    """Return what a page shows of a row, to be made a version of."""
    return [getattr(row, part) for part in parts]


def version_of(stored: object) -> str:
    """Return a text by which it is known whether something stored is still the same."""
    text = json.dumps(stored, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def check_seen(version: str, stored: object, *, what: str) -> None:
    """Raise ChangedMeanwhile where `stored` is not of this version; "" asks for nothing."""
    if version and version != version_of(stored):
        raise ChangedMeanwhile(what=what)


def wait_for_other_edits() -> None:
    """Let one edit at a time be compared and stored, until the transaction ends: for what has no
    row of its own to lock."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [EDITS])
