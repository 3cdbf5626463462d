"""Texts that are sealed in columns of other tables: secrets of second factors, mails that wait."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import connection, transaction

from rollbook.core.secrets.sealed import (
    SECOND_FACTOR,
    SealedTextUnreadable,
    is_sealed,
    seal,
    unseal,
)
from rollbook.records.operations import audit
from rollbook.records.operations.installation_key import hold, secret_key

SECRETS: Final = ("secret", "seed")
"""Under these names a factor's data holds what its codes are made from."""
FACTORS: Final = (
    "select f.id, f.data::text, u.email, f.type from rollbook.mfa_authenticator f"
    " join rollbook.access_user u on u.id = f.user_id order by f.id"
)
KINDS: Final = {"totp": "the authenticator app", "recovery_codes": "the recovery codes"}
KEY_REPLACED: Final = (
    "The key of this installation was replaced, so the link in this email no longer works. Ask for "
    "a new one."
)


def key_to_seal_with(environ: Mapping[str, str]) -> bytes:
    """Return the key, which is not replaced until the caller's transaction ends.

    Raises KeyDiffers, KeyMissing, KeyUnusable.
    """
    key = secret_key(environ)
    with transaction.atomic(), connection.cursor() as cursor:
        hold(cursor, key)
    return key


def seal_factors_in_the_clear(cursor: Any, key_of: Callable[[], bytes]) -> int:
    """Seal what an earlier version has stored in the clear; return of how many factors."""
    if not _in_the_clear(cursor):
        return 0
    key = key_of()  # before the rows are locked, as a rotation does
    clear = _in_the_clear(cursor, for_update=True)
    for number, data in clear:
        fresh = {
            name: seal(text, key, purpose=SECOND_FACTOR)
            for name, text in _found(data, sealed=False).items()
        }
        _write(cursor, number, data | fresh)
    return len(clear)


def factors_again(cursor: Any, old: bytes, new: bytes) -> tuple[int, list[str]]:
    """Seal every second factor with another key; return how many, and whose was unreadable."""
    count, lost = 0, []
    for number, data, address, _ in _factors(cursor, for_update=True):
        found = _found(data, sealed=True)
        try:
            fresh = {
                name: _again(text, old, new=new, purpose=SECOND_FACTOR)
                for name, text in found.items()
            }
        except SealedTextUnreadable:
            lost.append(f"a second factor of {address}")
            continue
        if fresh:
            _write(cursor, number, data | fresh)
            count += 1
    return count, lost


def remove_unreadable_factors(
    cursor: Any, key: bytes, *, actor: str, on_removed: Callable[[str, str], None]
) -> list[str]:
    """Delete what `key` does not open, and so signs no one in; return of what kind and whose.

    `on_removed` is given the person's address and the factor's kind, in this transaction.
    """
    removed = []
    for number, data, address, kind in _factors(cursor, for_update=True):
        try:
            for text in _found(data, sealed=True).values():
                unseal(text, key, purpose=SECOND_FACTOR)
        except SealedTextUnreadable:
            cursor.execute("delete from rollbook.mfa_authenticator where id = %s", [number])
            details = {"kind": kind, "reason": "unreadable"}
            audit.record(actor, "second_factor.removed", subject=address, after=details)
            on_removed(address, kind)
            removed.append(f"{KINDS.get(kind, kind)} of {address}")
    return removed


def end_sealed_mails(cursor: Any, old: bytes, new: bytes) -> tuple[int, list[str]]:
    """End every mail that waits with a link, which a new key does not know; return how many."""
    cursor.execute(
        "update rollbook.mails set text = '', html = '', next_try_at = null, error = %s"
        " where text like 'sealed:%%'",
        [KEY_REPLACED],
    )
    return cursor.rowcount, []


def _in_the_clear(cursor: Any, *, for_update: bool = False) -> list[tuple[int, dict[str, Any]]]:
    found = _factors(cursor, for_update=for_update)
    return [(number, data) for number, data, *_ in found if _found(data, sealed=False)]


def _factors(cursor: Any, *, for_update: bool) -> list[tuple[int, dict[str, Any], str, str]]:
    cursor.execute(FACTORS + (" for update of f" if for_update else ""))
    return [(number, json.loads(data), *rest) for number, data, *rest in cursor.fetchall()]


def _found(data: dict[str, Any], *, sealed: bool) -> dict[str, str]:
    return {
        name: data[name] for name in SECRETS if data.get(name) and is_sealed(data[name]) is sealed
    }


def _again(text: str, old: bytes, *, new: bytes, purpose: str) -> str:
    return seal(unseal(text, old, purpose=purpose), new, purpose=purpose)


def _write(cursor: Any, number: int, data: dict[str, Any]) -> None:
    cursor.execute(
        "update rollbook.mfa_authenticator set data = %s where id = %s", [json.dumps(data), number]
    )
