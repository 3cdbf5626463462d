"""The installation's key: into a backup where it lies in a file, and out of it into ROLLBOOK_HOME.

A key of the environment is kept by the person who set it; the backup can only recognize it.
"""

import hmac
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rollbook.backup.errors import BackupWithoutKey, KeyNotPlaced, KeyPlacedLast, OtherKey
from rollbook.backup.manifest import Manifest
from rollbook.core.secrets.key import FILE_NAME, load_key, write_key
from rollbook.home import home
from rollbook.records.operations import installation_key


def given_key(environ: Mapping[str, str]) -> tuple[bytes, bool]:
    """Return the key that this installation has or would make, and whether a file holds it.

    The database is not asked: it may be about to be replaced.
    """
    text = installation_key.given_key(environ)
    return load_key(home(environ), text), text is None


def proof_of(key: bytes) -> str:
    """Return what identifies a key without giving it away."""
    return hmac.new(key, b"rollbook backup", "sha256").hexdigest()


def check_key(manifest: Manifest, environ: Mapping[str, str]) -> bool:
    """Tell whether the backup's key has to be put into ROLLBOOK_HOME.

    Raises OtherKey where the key that will be used here is not the one of the backup.
    """
    key, is_file = given_key(environ)
    if hmac.compare_digest(proof_of(key), manifest.key_proof):
        return False
    if manifest.key is None:
        raise BackupWithoutKey
    if not is_file:
        raise OtherKey(
            why="ROLLBOOK_SECRET_KEY is set here to another key than the one of the backup",
            advice="Unset it, so that the key in the backup is used.",
        )
    return True


@contextmanager
def key_in_place(key: bytes, environ: Mapping[str, str], *, keep: bool) -> Iterator[Path | None]:
    """Write the key beside its place; when the block has ended well, put it there.

    Gives the path under which the key that was there stays, with `keep`; otherwise None.
    Raises KeyUnusable.
    """
    path = home(environ) / FILE_NAME
    draft = path.with_name(f"{FILE_NAME}.{secrets.token_hex(8)}")
    kept = path.with_name(f"{FILE_NAME}.before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    with _explained(path, KeyNotPlaced):
        write_key(draft, key)
    try:
        yield kept if keep else None
        with _explained(path, KeyPlacedLast):
            if keep:
                os.link(path, kept)
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _explained(path: Path, kind: type[KeyNotPlaced]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise kind(path=path, why=os.strerror(error.errno or 0)) from error
