"""The key of this installation, and what the database remembers of it.

The first server or worker that starts, or the first thing that is encrypted, makes the database
remember a salted hash of the key. From then on no process works with another one: what is encrypted
would be unreadable, or two keys in use.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from rollbook.core.errors import RollbookError
from rollbook.core.secrets import sealed
from rollbook.core.secrets.key import (
    FILE_NAME,
    NEXT_NAME,
    find_key,
    fingerprint,
    load_key,
    put_in_place,
    read_key,
)
from rollbook.core.secrets.local import unseal
from rollbook.core.secrets.store import KeyUnusable, SecretUnreadable
from rollbook.home import home
from rollbook.records.database import translated
from rollbook.records.locks import INSTALLATION_KEY

SALT: Final = 16

SEALED: Final = (
    "select text from rollbook.mails where text like 'sealed:%' union all"
    " select value from rollbook.mfa_authenticator, jsonb_each_text(data)"
    " where value like 'sealed:%'"
)
"""Finds what is encrypted among other texts."""


class KeyDiffers(RollbookError):
    """The key here isn't the one of this installation: it was rotated, or this is another
    installation's ROLLBOOK_HOME or ROLLBOOK_SECRET_KEY.

    Nothing was changed.

    Give this machine the key of the others and start it again."""

    reason = "key_differs"
    is_transient = True


class KeyMissing(RollbookError):
    """The key of this installation is missing, and no other key opens what is encrypted.

    Nothing was changed, and no new key was made.

    Put the key back (secret.key in ROLLBOOK_HOME, or ROLLBOOK_SECRET_KEY), or restore a backup,
    which holds it."""

    reason = "key_missing"
    is_transient = True


@translated()
def secret_key(environ: Mapping[str, str]) -> bytes:
    """Return the key; where nothing is encrypted yet, a new one is made on first use.

    Raises KeyDiffers, KeyMissing, KeyUnusable.
    """
    found = key_here(environ)
    with connection.cursor() as cursor:
        if is_remembered(cursor):
            return _matching(cursor, found, environ)
        if found is not None:
            _check_opens(cursor, found)
            return found
        if _holds_ciphertext(cursor):
            raise KeyMissing
    return load_key(home(environ), None)


@translated()
def claim_key(environ: Mapping[str, str]) -> bytes:
    """Return the key, which the database then knows: processes that stay work with one key alone.

    Raises as `secret_key`.
    """
    key = secret_key(environ)
    with connection.cursor() as cursor:
        is_known = is_remembered(cursor)
    if not is_known:
        with transaction.atomic(), connection.cursor() as cursor:
            hold(cursor, key)
    return key


@translated()
def is_key_known(environ: Mapping[str, str]) -> bool:
    """Tell whether the database knows the key that is here, False where it knows none yet.

    Makes no key. Raises KeyDiffers, KeyMissing, KeyUnusable.
    """
    found = key_here(environ)
    with connection.cursor() as cursor:
        is_known = is_remembered(cursor)
        if found is None and (is_known or _holds_ciphertext(cursor)):
            raise KeyMissing
        if found is not None and is_known:
            check(cursor, found)
    return is_known


def key_here(environ: Mapping[str, str]) -> bytes | None:
    """Return the key of the environment or the file, whatever the database says; None for none."""
    given = given_key(environ)
    return find_key(home(environ), given)


def given_key(environ: Mapping[str, str]) -> str | None:
    """Return the key's text where the environment holds it, None where it lies in a file of ours.

    Raises KeyUnusable.
    """
    if path := environ.get("ROLLBOOK_SECRET_KEY_FILE"):
        return _text_of(Path(path))
    return (environ.get("ROLLBOOK_SECRET_KEY") or "").strip() or None


def keep_rotations_out(cursor: Any) -> None:
    """Let no process rotate the key until the transaction of `cursor` ends.

    Taken before any row that a rotation writes: locks in another order would wait for each other.
    """
    cursor.execute("select pg_advisory_xact_lock_shared(%s)", [INSTALLATION_KEY])


def hold(cursor: Any, key: bytes) -> None:
    """Stop rotations of the key until the transaction of `cursor` ends; `key` encrypts in it.

    Remembers the key where it is the first. Raises KeyDiffers.
    """
    keep_rotations_out(cursor)
    if not is_remembered(cursor):
        _check_opens(cursor, key)
        remember(cursor, key)
    check(cursor, key)


def check(cursor: Any, key: bytes) -> None:
    """Raise KeyDiffers where the database remembers another key."""
    if not _matches(cursor, key):
        raise KeyDiffers


def remember(cursor: Any, key: bytes, *, replace: bool = False) -> None:
    """Remember the key; where another one is remembered, only `replace` takes its place."""
    salt = secrets.token_bytes(SALT)
    over = "update set salt = excluded.salt, proof = excluded.proof, since = now()"
    cursor.execute(
        "insert into rollbook.installation_key (salt, proof) values (%s, %s)"  # noqa: S608 - ours
        f" on conflict (is_only) do {over if replace else 'nothing'}",
        [salt, fingerprint(key, salt)],
    )


def is_remembered(cursor: Any) -> bool:
    """Tell whether anything was ever encrypted with a key that the database knows."""
    cursor.execute("select exists (select from rollbook.installation_key)")
    return bool(cursor.fetchone()[0])


def _matching(cursor: Any, found: bytes | None, environ: Mapping[str, str]) -> bytes:
    if found is not None and _matches(cursor, found):
        return found
    if given_key(environ) is None and (rotated := _finish_rotation(cursor, home(environ))):
        return rotated
    raise KeyDiffers if found is not None else KeyMissing


def _finish_rotation(cursor: Any, folder: Path) -> bytes | None:
    """Put the new key in place where a rotation was broken off after its rows were committed."""
    draft = folder / NEXT_NAME
    try:
        key = read_key(draft)
        if not _matches(cursor, key):
            return None
        put_in_place(draft, folder / FILE_NAME)
    except (FileNotFoundError, KeyUnusable):
        return None  # another process was quicker, or there was none
    return key


def _matches(cursor: Any, key: bytes) -> bool:
    cursor.execute("select salt, proof from rollbook.installation_key")
    row = cursor.fetchone()
    return row is not None and hmac.compare_digest(fingerprint(key, bytes(row[0])), bytes(row[1]))


def _holds_ciphertext(cursor: Any) -> bool:
    cursor.execute(
        "select exists (select from rollbook.secrets) or exists (select from rollbook.stored_files)"
    )
    if cursor.fetchone()[0]:
        return True
    cursor.execute(SEALED)
    return cursor.fetchone() is not None


def _check_opens(cursor: Any, key: bytes) -> None:
    """Raise KeyDiffers where a version that remembered no key encrypted texts, and none opens."""
    cursor.execute("select name, blob from rollbook.secrets")
    opens = [_opens(unseal, name, bytes(blob), key=key) for name, blob in cursor.fetchall()]
    cursor.execute(SEALED)
    opens += [
        any(_opens(sealed.unseal, text, key, purpose=each) for each in sealed.PURPOSES)
        for (text,) in cursor.fetchall()
    ]
    if opens and not any(opens):
        raise KeyDiffers


def _opens(opener: Callable[..., object], *given: Any, **named: Any) -> bool:
    try:
        opener(*given, **named)
    except (SecretUnreadable, sealed.SealedTextUnreadable):
        return False
    return True


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusable(
            why=f"the file {path}, which ROLLBOOK_SECRET_KEY_FILE names, can't be read."
        ) from error
