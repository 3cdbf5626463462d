"""Credentials in AWS Secrets Manager: one secret per feed, a JSON object under a prefix."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from rollbook.core.errors import UsageError
from rollbook.core.secrets.aws_errors import (
    AwsExtraMissing,
    SecretMalformed,
    SecretMissing,
    code_of,
    explained,
)

DEFAULT_PREFIX: Final = "rollbook/"
LONGEST_PREFIX: Final = 100
RECOVERY_DAYS: Final = 30
"""A deleted secret can be restored in AWS for so long."""

NOT_THERE: Final = "ResourceNotFoundException"
NOT_NOW: Final = "InvalidRequestException"
"""How AWS answers for a secret that waits for its deletion, and for some that others manage."""

_PLAIN = re.compile(rb"[A-Za-z0-9_/+.@-]")


class AwsSecretStore:
    """Remembers what it has read for as long as the process lives, in its memory only."""

    def __init__(self, prefix: str = DEFAULT_PREFIX, *, region: str | None = None) -> None:
        if len(prefix) > LONGEST_PREFIX or not re.fullmatch(r"[A-Za-z0-9/_+=.@-]*", prefix):
            raise UsageError(
                what="ROLLBOOK_AWS_SECRET_PREFIX consists of at most "
                f"{LONGEST_PREFIX} letters, digits and / _ + = . @ -."
            )
        self._prefix = prefix
        self._region = region
        self._made: Any = None
        self._known: dict[str, dict[str, str]] = {}

    def put(self, name: str, secret: Mapping[str, str]) -> None:
        """Keep `secret`, also where one of this name is waiting for its deletion."""
        self.refresh(name)
        known, text = self._full(name), json.dumps(dict(secret))
        client = self.client(known, "write")
        with explained(known, "write"):
            _put(client, known, text=text)

    def get(self, name: str) -> Mapping[str, str]:
        """Raises SecretMissing, SecretMalformed, SecretAccessDenied and the errors of AWS."""
        if name not in self._known:
            self._known[name] = self._read(self._full(name))
        return dict(self._known[name])

    def delete(self, name: str) -> None:
        """Have AWS delete the secret when its recovery window ends; until then none can read it."""
        self.refresh(name)
        known = self._full(name)
        client = self.client(known, "delete")
        with explained(known, "delete"):
            try:
                client.delete_secret(SecretId=known, RecoveryWindowInDays=RECOVERY_DAYS)
            except client.exceptions.ClientError as error:
                if code_of(error) != NOT_THERE and not _is_to_be_deleted(client, known):
                    raise

    def refresh(self, name: str) -> None:
        """Read the secret again when it is asked for next."""
        self._known.pop(name, None)

    def _read(self, known: str) -> dict[str, str]:
        client = self.client(known, "read")
        with explained(known, "read"):
            try:
                answer = client.get_secret_value(SecretId=known)
            except client.exceptions.ClientError as error:
                if code_of(error) in (NOT_THERE, NOT_NOW):
                    raise SecretMissing(name=known) from None
                raise
        return _object(answer.get("SecretString"), known)

    def _full(self, name: str) -> str:
        """Return the name in AWS. A feed may be called “Küste”; AWS allows ASCII only."""
        return self._prefix + "".join(
            chr(byte) if _PLAIN.fullmatch(bytes([byte])) else f"={byte:02X}"
            for byte in name.encode("utf-8")
        )

    def client(self, known: str, action: str) -> Any:
        """Return the client. boto3 takes half a second to import; only who needs it pays that."""
        if self._made is None:
            try:
                import boto3
                from botocore.config import Config
            except ImportError as error:
                raise AwsExtraMissing from error
            patience = Config(
                connect_timeout=5, read_timeout=10, retries={"mode": "standard", "max_attempts": 3}
            )
            with explained(known, action):
                session = boto3.session.Session(region_name=self._region)
                self._made = session.client("secretsmanager", config=patience)
        return self._made


def read_text(known: str, *, region: str | None = None) -> str:
    """Return the text of a secret by its name or ARN, as it is now. Raises as `get`."""
    client = AwsSecretStore("", region=region).client(known, "read")
    with explained(known, "read"):
        try:
            text = client.get_secret_value(SecretId=known).get("SecretString")
        except client.exceptions.ResourceNotFoundException:
            raise SecretMissing(name=known) from None
    if not isinstance(text, str) or not text:
        raise SecretMalformed(name=known)
    return text


def read_object(known: str, *, region: str | None = None) -> dict[str, str]:
    """Return the names and texts of a secret by its name or ARN; others in it are left out."""
    try:
        found = json.loads(read_text(known, region=region))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise SecretMalformed(name=known)
    return {name: text for name, text in found.items() if isinstance(text, str)}


def _put(client: Any, known: str, *, text: str) -> None:
    """Write a new version; create the secret, or take back its deletion, where need be."""
    try:
        if _is_to_be_deleted(client, known):
            client.restore_secret(SecretId=known)
        client.put_secret_value(SecretId=known, SecretString=text)
    except client.exceptions.ResourceNotFoundException:
        client.create_secret(Name=known, SecretString=text, Description="Credentials of a feed")


def _is_to_be_deleted(client: Any, known: str) -> bool:
    return "DeletedDate" in client.describe_secret(SecretId=known)


def _object(text: object, known: str) -> dict[str, str]:
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        # `from None`: the original holds the whole text.
        raise SecretMalformed(name=known) from None
    if not isinstance(found, dict) or not all(isinstance(part, str) for part in found.values()):
        raise SecretMalformed(name=known)
    return found
