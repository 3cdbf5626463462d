"""Connection tests that another function of AWS carries out: one of pages is frozen once it has
answered, and so would be a test that it began.

What is to be tested may hold a password that nobody has saved yet. It waits sealed in a row of the
cache, is deleted when it is taken, and cannot be taken any more once its minute is over.
"""

import json
from collections.abc import Mapping
from typing import Final

from django.core.cache import cache

from rollbook.core.errors import RollbookError
from rollbook.core.secrets.sealed import seal, unseal
from rollbook.home import home
from rollbook.records.operations.installation_key import secret_key
from rollbook.records.operations.runner import call_for_test
from rollbook.records.operations.sealed_texts import key_to_seal_with

TAKEN_WITHIN: Final = 60.0
"""Seconds in which a test must have begun; a function starts in two."""


def hand_over(number: str, slot: str, *, request: bytes, environ: Mapping[str, str]) -> None:
    """Have the test `number` carried out. Raises FunctionNotCalled; nothing waits then."""
    purpose = _purpose(number)
    sealed = seal(request.decode("ascii"), key_to_seal_with(environ), purpose=purpose)
    cache.set(purpose, {"slot": slot, "request": sealed}, TAKEN_WITHIN)
    try:
        call_for_test(number, environ)
    except RollbookError:
        cache.delete(purpose)
        raise


def take(number: str, environ: Mapping[str, str]) -> tuple[str, bytes] | None:
    """Return the slot and the request of a test that waits; None where another has taken it."""
    waiting = cache.get(_purpose(number))
    if waiting is None or not cache.delete(_purpose(number)):
        return None
    request = json.loads(unseal(waiting["request"], secret_key(environ), purpose=_purpose(number)))
    here = request | {"home": str(home(environ))}
    return waiting["slot"], json.dumps(here).encode() + b"\n"


def _purpose(number: str) -> str:
    return f"connection-test-request:{number}"
