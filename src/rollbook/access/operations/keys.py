"""A new key for everything encrypted; a person who loses a second factor gets a mail."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rollbook.access.notices import queue_notice
from rollbook.notify import sign_in
from rollbook.records.operations.key_rotation import Rotated, rotate

UNREADABLE: Final = {
    "totp": sign_in.FACTOR_UNREADABLE,
    "recovery_codes": sign_in.CODES_UNREADABLE,
}


def rotate_key(environ: Mapping[str, str], *, to: Path | None, actor: str) -> Rotated:
    """Rotate the key as `rotate` does, with a mail for each second factor that no key opened."""
    return rotate(environ, to=to, actor=actor, on_removed=_queue_notice)


def _queue_notice(address: str, kind: str) -> None:
    queue_notice(address, UNREADABLE[kind])
