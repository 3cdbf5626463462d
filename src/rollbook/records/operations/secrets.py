"""Where credentials are kept: as ciphertext in a table, its key elsewhere; or in AWS."""

from collections.abc import Mapping
from functools import cache

from django.db import connection, transaction

from rollbook.core.errors import UsageError
from rollbook.core.secrets.aws import DEFAULT_PREFIX, AwsSecretStore
from rollbook.core.secrets.local import LocalSecretStore
from rollbook.core.secrets.store import SecretNotFound, SecretStore, SecretUnreadable
from rollbook.records.models import SecretBlob
from rollbook.records.operations.installation_key import hold, secret_key

__all__ = ["HOST_KEY", "aws_store", "keep_trust", "secret_key", "secret_name", "secret_store"]

HOST_KEY = "host_key"
"""The name of the server's pinned key in a feed's secret."""


class SecretTable:
    """Keeps blobs by name, that `key` has encrypted."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def read(self, name: str) -> bytes | None:
        found = SecretBlob.objects.filter(name=name).first()
        return None if found is None else bytes(found.blob)

    def write(self, name: str, blob: bytes) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            hold(cursor, self._key)
            SecretBlob.objects.update_or_create(name=name, defaults={"blob": blob})

    def delete(self, name: str) -> None:
        SecretBlob.objects.filter(name=name).delete()


def secret_store(environ: Mapping[str, str]) -> SecretStore:
    """Return the store of this installation. Raises UsageError for one that there is not."""
    chosen = environ.get("ROLLBOOK_SECRETS") or "local"
    if chosen == "aws":
        region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
        return aws_store(
            environ.get("ROLLBOOK_AWS_SECRET_PREFIX") or DEFAULT_PREFIX, region or None
        )
    if chosen != "local":
        raise UsageError(
            what=f"ROLLBOOK_SECRETS is {chosen}, but there are only local and aws. Nothing was "
            "changed."
        )
    key = secret_key(environ)
    return LocalSecretStore(SecretTable(key), key, key_now=lambda: secret_key(environ))


@cache
def aws_store(prefix: str, region: str | None) -> AwsSecretStore:
    """Return the one store of this process, so that each secret is read once."""
    return AwsSecretStore(prefix, region=region)


def keep_trust(
    feed_name: str,
    *,
    credentials: Mapping[str, str] | None,
    host_key: str | None,
    environ: Mapping[str, str],
) -> None:
    """Keep a feed's new credentials, its new host key, or both; what is None stays as it is.

    The host key is kept with the credentials: an attacker who can only write to the database can
    neither send them to another server nor pin another key. An empty host key forgets the key.
    """
    store, name = secret_store(environ), secret_name(feed_name)
    kept = _stored(store, name)
    if credentials is None and (kept is None or not (kept or host_key)):
        return
    trust = dict(credentials) if credentials is not None else _without_host_key(kept or {})
    pinned = (kept or {}).get(HOST_KEY, "") if host_key is None else host_key
    if pinned:
        trust[HOST_KEY] = pinned
    store.put(name, trust)


def secret_name(feed_name: str) -> str:
    """Return the name under which a feed's credentials are kept."""
    return f"feed/{feed_name}"


def _stored(store: SecretStore, name: str) -> Mapping[str, str] | None:
    """Return what is stored; None for what is unreadable: with its own key it can be read again."""
    store.refresh(name)
    try:
        return store.get(name)
    except SecretNotFound:
        return {}
    except SecretUnreadable:
        return None


def _without_host_key(secret: Mapping[str, str]) -> dict[str, str]:
    return {part: text for part, text in secret.items() if part != HOST_KEY}
