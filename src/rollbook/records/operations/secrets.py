"""Where the ciphertext of credentials lies: a table; the key is elsewhere."""

from collections.abc import Mapping
from pathlib import Path

from rollbook.core.errors import UsageError
from rollbook.core.secrets.key import load_key
from rollbook.core.secrets.local import LocalSecretStore
from rollbook.core.secrets.store import KeyUnusable, SecretStore
from rollbook.home import home
from rollbook.records.models import SecretBlob


class SecretTable:
    """Keeps blobs by name."""

    def read(self, name: str) -> bytes | None:
        found = SecretBlob.objects.filter(name=name).first()
        return None if found is None else bytes(found.blob)

    def write(self, name: str, blob: bytes) -> None:
        SecretBlob.objects.update_or_create(name=name, defaults={"blob": blob})

    def delete(self, name: str) -> None:
        SecretBlob.objects.filter(name=name).delete()


def secret_store(environ: Mapping[str, str]) -> SecretStore:
    """Return the store of this installation. Raises UsageError for one that there is not."""
    chosen = environ.get("ROLLBOOK_SECRETS") or "local"
    if chosen != "local":
        raise UsageError(
            what=f"ROLLBOOK_SECRETS is {chosen}, but this version knows only local. Nothing was "
            "changed."
        )
    return LocalSecretStore(SecretTable(), secret_key(environ))


def secret_key(environ: Mapping[str, str]) -> bytes:
    """Return the key that protects credentials and stored files."""
    given = environ.get("ROLLBOOK_SECRET_KEY")
    if path := environ.get("ROLLBOOK_SECRET_KEY_FILE"):
        given = _text_of(Path(path))
    return load_key(home(environ), given)


def secret_name(feed_name: str) -> str:
    """Return the name under which a feed's credentials are kept."""
    return f"feed/{feed_name}"


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusable(
            why=f"the file {path}, which ROLLBOOK_SECRET_KEY_FILE names, cannot be read."
        ) from error
