"""Texts that are sealed in columns of other tables: secrets of second factors, mails that wait."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import connection, transaction

from rollbook.core.secrets.sealed import (
    MAIL,
    SECOND_FACTOR,
    SealedTextUnreadable,
    is_sealed,
    seal,
    unseal,
)
from rollbook.records.operations.installation_key import hold, secret_key

SECRETS: Final = ("secret", "seed")
"""Under these names a factor's data holds what its codes are made from."""


def key_to_seal_with(environ: Mapping[str, str]) -> bytes:
    """Return the key, which nobody replaces until the caller's transaction ends.

    Raises KeyDiffers, KeyMissing, KeyUnusable.
    """
    key = secret_key(environ)
    with transaction.atomic(), connection.cursor() as cursor:
        hold(cursor, key)
    return key


def seal_factors_in_the_clear(cursor: Any, key_of: Callable[[], bytes]) -> int:
    """Seal what an earlier version has stored in the clear; return of how many factors."""
    clear = [(number, data) for number, data, _ in _factors(cursor) if _found(data, sealed=False)]
    for number, data in clear:
        key = key_of()
        fresh = {
            name: seal(text, key, purpose=SECOND_FACTOR)
            for name, text in _found(data, sealed=False).items()
        }
        _write(cursor, number, data | fresh)
    return len(clear)


def factors_again(cursor: Any, old: bytes, new: bytes) -> tuple[int, list[str]]:
    """Seal every second factor with another key; return how many, and whose was unreadable."""
    count, lost = 0, []
    for number, data, address in _factors(cursor):
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


def mails_again(cursor: Any, old: bytes, new: bytes) -> tuple[int, list[str]]:
    """Seal every mail that waits with another key; return how many, and which was unreadable."""
    cursor.execute(
        "select id, text, html from rollbook.mails where text like 'sealed:%' for update"
    )
    count, lost = 0, []
    for number, text, html in cursor.fetchall():
        try:
            fresh = [_again(each, old, new=new, purpose=MAIL) for each in (text, html)]
        except SealedTextUnreadable:
            lost.append(f"mail {number}")
            continue
        cursor.execute(
            "update rollbook.mails set text = %s, html = %s where id = %s", [*fresh, number]
        )
        count += 1
    return count, lost


def _factors(cursor: Any) -> list[tuple[int, dict[str, Any], str]]:
    cursor.execute(
        "select f.id, f.data::text, u.email from rollbook.mfa_authenticator f"
        " join rollbook.access_user u on u.id = f.user_id order by f.id for update of f"
    )
    return [(number, json.loads(data), address) for number, data, address in cursor.fetchall()]


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
