"""Where credentials are kept, and what can go wrong there."""

from collections.abc import Mapping
from typing import Protocol

from rollbook.core.errors import RollbookError


class SecretStore(Protocol):
    """Keeps small mappings of names to secret texts, such as {"password": ...}."""

    def put(self, name: str, secret: Mapping[str, str]) -> None:
        """Keep `secret`; an earlier one of this name is replaced."""

    def get(self, name: str) -> Mapping[str, str]:
        """Raises SecretNotFound, SecretUnreadable."""

    def delete(self, name: str) -> None:
        """Forget the secret; one that does not exist is no error."""

    def refresh(self, name: str) -> None:
        """Trust no remembered value: what is asked for next is read again."""


class SecretNotFound(RollbookError):
    """The credentials “{name}” aren't saved.

    Nothing was changed.

    Enter them again in the settings of the feed."""

    reason = "secret_not_found"


class SecretUnreadable(RollbookError):
    """The credentials “{name}” can't be decrypted: they were saved with another key, or are
    damaged.

    Nothing was changed.

    Restore the key of this installation (ROLLBOOK_SECRET_KEY or the key file), or enter the
    credentials again."""

    reason = "secret_unreadable"
    is_transient = True  # another worker may have the right key


class KeyUnusable(RollbookError):
    """The key that protects the credentials can't be used: {why}

    Nothing was changed."""

    reason = "secret_key_unusable"
    is_transient = True  # on this machine; another worker's may be usable
