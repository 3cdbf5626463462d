"""Credentials in AWS Secrets Manager: one secret per feed, a JSON object, under a prefix.

Nothing is kept here: every look asks again, so a password that was rotated counts at once.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.secrets.store import SecretNotFound

RECOVERABLE_DAYS: Final = 7
"""For so long a deleted secret can be restored, by us when a feed of its name comes again."""


class SecretForbidden(RollbookError):
    """AWS does not allow Rollbook to {what} the secret "{name}". Nothing was changed. Give its \
    role the right {right} on this secret (and kms:Decrypt, where it has a key of its own)."""

    reason = "secret_forbidden"


class SecretNotAnObject(RollbookError):
    """The secret "{name}" holds no JSON object of texts such as {{"password": "..."}}. Nothing \
    was changed. Write it so in Secrets Manager, or enter the credentials again in the feed."""

    reason = "secret_unreadable"


class SecretsUnreachable(RollbookError):
    """AWS Secrets Manager could not be asked ({why}). Nothing was changed. Try again; if it stays \
    so, check the region (AWS_REGION), the role's credentials and the network."""

    reason = "secrets_unreachable"
    is_transient = True


class AwsSecretStore:
    """Secrets Manager. `client` is boto3's; None: made from the environment when first needed."""

    def __init__(self, prefix: str, client: Any = None) -> None:
        self._prefix = prefix
        self._client = client

    def put(self, name: str, secret: Mapping[str, str]) -> None:
        full, text = self._prefix + name, json.dumps(dict(secret))
        with self._explained(full, "write", "secretsmanager:PutSecretValue") as client:
            try:
                known = client.describe_secret(SecretId=full)
            except client.exceptions.ResourceNotFoundException:
                client.create_secret(Name=full, SecretString=text)
                return
            if "DeletedDate" in known:  # a feed of this name has come again
                client.restore_secret(SecretId=full)
            client.put_secret_value(SecretId=full, SecretString=text)

    def get(self, name: str) -> Mapping[str, str]:
        """Raises SecretNotFound, SecretForbidden, SecretNotAnObject, SecretsUnreachable."""
        full = self._prefix + name
        with self._explained(full, "read", "secretsmanager:GetSecretValue") as client:
            try:
                found = client.get_secret_value(SecretId=full)
            except (
                client.exceptions.ResourceNotFoundException,
                client.exceptions.InvalidRequestException,
            ):
                # Without the original: its text names the account.
                raise SecretNotFound(name=full) from None
        return _object(full, found.get("SecretString"))

    def delete(self, name: str) -> None:
        full = self._prefix + name
        with self._explained(full, "delete", "secretsmanager:DeleteSecret") as client:
            try:
                client.delete_secret(SecretId=full, RecoveryWindowInDays=RECOVERABLE_DAYS)
            except (
                client.exceptions.ResourceNotFoundException,
                client.exceptions.InvalidRequestException,
            ):
                return

    @contextmanager
    def _explained(self, name: str, what: str, right: str) -> Iterator[Any]:
        """Give the client; turn what AWS says into our words, which name no account."""
        try:
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise UsageError(
                what="ROLLBOOK_SECRETS is aws, but the part for it is not installed. Nothing was "
                "changed. Install rollbook[aws]."
            ) from None
        try:
            yield self._opened()
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            if code in ("AccessDeniedException", "DecryptionFailure", "AccessDenied"):
                raise SecretForbidden(name=name, what=what, right=right) from None
            raise SecretsUnreachable(why=code) from None
        except BotoCoreError as error:
            raise SecretsUnreachable(why=type(error).__name__) from None

    def _opened(self) -> Any:
        if self._client is None:
            import boto3

            self._client = boto3.client("secretsmanager")
        return self._client


def _object(name: str, text: str | None) -> Mapping[str, str]:
    try:
        found = json.loads(text or "")
    except ValueError:
        # Without the original: its text quotes what it could not read.
        raise SecretNotAnObject(name=name) from None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise SecretNotAnObject(name=name)
    return found
