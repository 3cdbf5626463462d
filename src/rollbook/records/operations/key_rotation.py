"""A new key for everything that is encrypted: whole or not at all, while pages and workers run."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from django.db import connection, transaction

from rollbook.core.errors import UsageError
from rollbook.core.secrets.key import (
    FILE_NAME,
    KEY_BYTES,
    NEXT_NAME,
    put_in_place,
    read_key,
    write_key,
)
from rollbook.core.secrets.local import seal, unseal
from rollbook.core.secrets.store import KeyUnusable, SecretUnreadable
from rollbook.core.sources.filestore import StoredFileDamaged, decrypt_chunks, encrypt_chunks
from rollbook.home import home
from rollbook.records.database import translated
from rollbook.records.locks import INSTALLATION_KEY
from rollbook.records.operations import audit
from rollbook.records.operations.calls import call_workers
from rollbook.records.operations.installation_key import (
    given_key,
    remember,
    secret_key,
)
from rollbook.records.operations.sealed_texts import (
    end_sealed_mails,
    factors_again,
    remove_unreadable_factors,
)

LOCK_TIMEOUT: Final = "60s"
"""How long a process that is just encrypting may take."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many things are under the new key, and which were unreadable under the old one."""

    counts: Mapping[str, int]
    unreadable: tuple[str, ...]
    removed: tuple[str, ...]
    """The second factors and recovery codes that opened with no key and are gone."""
    placed: Path
    """The file that holds the new key."""
    is_in_use: bool
    """Whether that file is the one that Rollbook reads; otherwise the environment holds the key."""


def rotate(
    environ: Mapping[str, str],
    *,
    to: Path | None,
    actor: str,
    on_removed: Callable[[str, str], None],
) -> Rotated:
    """Encrypt everything again with a new key, in one transaction, and sign everybody out.

    A key in ROLLBOOK_HOME is replaced. For a key of the environment, `to` names a file with the new
    one, or where it is to be written. A break-off changes nothing, or is finished by the next use.
    `on_removed` is given the address and the kind of each second factor that had to go.
    Raises UsageError, KeyDiffers, KeyMissing, KeyUnusable, DatabaseBusy.
    """
    place = _place(environ, to)
    counts, unreadable = {}, []
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("select pg_advisory_xact_lock(%s)", [INSTALLATION_KEY])
        old = secret_key(environ)
        new = _new_key(place, is_given=to is not None)
        if new == old:
            raise UsageError(what=f"{place} holds the key that is in use.", field="to")
        removed = remove_unreadable_factors(cursor, old, actor=actor, on_removed=on_removed)
        for table, again in ENCRYPTED.items():
            counts[table], lost = again(cursor, old, new)
            unreadable += lost
        remember(cursor, new, replace=True)
        cursor.execute("delete from rollbook.django_session")
        details = {"counts": counts, "unreadable": len(unreadable)}
        audit.record(actor, "key.rotated", subject="installation key", after=details)
        call_workers(cursor)
    if to is None:
        draft, place = place, home(environ) / FILE_NAME
        with suppress(FileNotFoundError):  # who needed the key first has put it in place
            put_in_place(draft, place)
    return Rotated(counts, tuple(unreadable), tuple(removed), placed=place, is_in_use=to is None)


def _place(environ: Mapping[str, str], to: Path | None) -> Path:
    is_file = given_key(environ) is None
    if is_file and to is not None:
        raise UsageError(
            what="The key is in ROLLBOOK_HOME and is replaced there.",
            advice="Name no file.",
            field="to",
        )
    if not is_file and to is None:
        raise UsageError(
            what="The key comes from the environment, which Rollbook can't change.",
            advice="Name the file for the new key, or one that holds it.",
            field="to",
        )
    return to or home(environ) / NEXT_NAME


def _new_key(place: Path, *, is_given: bool) -> bytes:
    if is_given and place.exists():
        return read_key(place)
    key = secrets.token_bytes(KEY_BYTES)
    if not is_given:
        place.unlink(missing_ok=True)  # of a rotation that was rolled back
    try:
        write_key(place, key)
    except OSError as error:
        why = f"{place}: {os.strerror(error.errno or 0)}."
        raise KeyUnusable(why=why) from error
    return key


def _secrets(cursor: Any, old: bytes, new: bytes) -> tuple[int, list[str]]:
    cursor.execute("select name, blob from rollbook.secrets order by name")
    count, lost = 0, []
    for name, blob in cursor.fetchall():
        try:
            sealed = seal(name, unseal(name, bytes(blob), key=old), key=new)
        except SecretUnreadable:
            lost.append(name)
            continue
        cursor.execute("update rollbook.secrets set blob = %s where name = %s", [sealed, name])
        count += 1
    return count, lost


def _files(cursor: Any, old: bytes, new: bytes) -> tuple[int, list[str]]:
    cursor.execute("select id::text, job_id from rollbook.stored_files order by id")
    count, lost = 0, []
    for file, job in cursor.fetchall():
        try:
            with transaction.atomic():
                _file(cursor, file, old=old, new=new)
        except StoredFileDamaged:
            lost.append(f"the file of job {job}")
            continue
        count += 1
    return count, lost


def _file(cursor: Any, file: str, *, old: bytes, new: bytes) -> None:
    """Encrypt chunk by chunk: what is read is always ahead of what is written."""
    plain = decrypt_chunks(_chunks(cursor, file), old, file_id=file)
    again = encrypt_chunks(cast(BinaryIO, _Reader(plain)), new, file_id=file)
    for position, chunk in enumerate(again):
        cursor.execute(
            "update rollbook.stored_file_chunks set data = %s where file_id = %s and position = %s",
            [chunk, file, position],
        )


def _chunks(cursor: Any, file: str) -> Iterator[bytes]:
    position = 0
    while True:
        cursor.execute(
            "select data from rollbook.stored_file_chunks where file_id = %s and position = %s",
            [file, position],
        )
        row = cursor.fetchone()
        if row is None:
            return
        yield bytes(row[0])
        position += 1


class _Reader:
    """Blocks as a file; each is as long as what is asked for, or the last."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks

    def read(self, size: int) -> bytes:
        return next(self._blocks, b"")


Again = Callable[[Any, bytes, bytes], tuple[int, list[str]]]

ENCRYPTED: Final[Mapping[str, Again]] = {
    "secrets": _secrets,
    "stored_file_chunks": _files,
    "mfa_authenticator": factors_again,
    "mails": end_sealed_mails,
}
"""Every table of ours that holds something the installation's key has encrypted, and what does it
again or ends it. New code that encrypts something calls `hold` in that transaction and adds a line
here."""
