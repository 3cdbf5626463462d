"""Signing in to a database whose user and password are a secret of AWS, renewed by others."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import psycopg

from rollbook.core.errors import RollbookError
from rollbook.core.secrets.aws import read_object

T = TypeVar("T")

_known: Final[dict[str, Mapping[str, str]]] = {}
"""The secret's name -> what it held when it was last read; in the memory of this process only."""


class DatabaseSecretLacks(RollbookError):
    """The secret “{name}” doesn't hold the user and the password of the database.

    Nothing was changed.

    It is a JSON object with the texts username and password."""

    reason = "database_secret_lacks"


def signed_in(connect: Callable[[dict[str, Any]], T], parameters: dict[str, Any]) -> T:
    """Connect with what ROLLBOOK_DATABASE_SECRET names, or with `parameters` as they are.

    Where that fails and the secret holds other credentials by now, once more with these. Raises
    DatabaseSecretLacks, the errors of AWS, and what `connect` raises.
    """
    name = os.environ.get("ROLLBOOK_DATABASE_SECRET")
    if not name:
        return connect(parameters)
    used = _known.get(name) or credentials(name)
    try:
        return connect({**parameters, **used})
    except psycopg.OperationalError:
        # Whether it was refused or not there, a server says in its own language.
        now = credentials(name)
        if now == used:
            raise
    return connect({**parameters, **now})


def credentials(name: str) -> Mapping[str, str]:
    """Return `user` and `password` of the secret of this name or ARN, as they are now.

    Raises DatabaseSecretLacks and the errors of AWS.
    """
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    held = read_object(name, region=region or None)
    if not (held.get("username") and held.get("password")):
        raise DatabaseSecretLacks(name=name)
    _known[name] = {"user": held["username"], "password": held["password"]}
    return _known[name]
