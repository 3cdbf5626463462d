"""Credentials in Secrets Manager, against a simulated one; errors say what to do and no more."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoRegionError
from moto import mock_aws

from rollbook.core.secrets.aws import (
    AwsSecretStore,
    SecretForbidden,
    SecretNotAnObject,
    SecretsUnreachable,
)
from rollbook.core.secrets.store import SecretNotFound

SECRET = {"password": "s3cret-of-the-feed", "host_key": "ssh-ed25519 AAAA"}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="us-west-2")


@pytest.fixture
def store(client: Any) -> AwsSecretStore:
    return AwsSecretStore("district/", client)


def test_what_was_put_is_read_back_under_the_prefix(store: AwsSecretStore, client: Any) -> None:
    store.put("feed/sis", SECRET)
    assert store.get("feed/sis") == SECRET
    assert [one["Name"] for one in client.list_secrets()["SecretList"]] == ["district/feed/sis"]


def test_a_rotated_password_counts_at_once(store: AwsSecretStore, client: Any) -> None:
    store.put("feed/sis", SECRET)
    client.put_secret_value(SecretId="district/feed/sis", SecretString='{"password": "new"}')
    assert store.get("feed/sis") == {"password": "new"}


def test_a_deleted_one_is_not_found_and_its_name_can_be_used_again(store: AwsSecretStore) -> None:
    store.put("feed/sis", SECRET)
    store.delete("feed/sis")
    with pytest.raises(SecretNotFound):
        store.get("feed/sis")
    store.delete("feed/sis")
    store.put("feed/sis", {"password": "again"})
    assert store.get("feed/sis") == {"password": "again"}


def test_one_that_never_was_is_not_found_and_deleting_it_is_no_error(store: AwsSecretStore) -> None:
    store.delete("feed/none")
    with pytest.raises(SecretNotFound, match="district/feed/none"):
        store.get("feed/none")


@pytest.mark.parametrize("text", ["s3cret", '["s3cret"]', '{"password": 5}', ""])
def test_what_is_no_object_is_refused_without_quoting_it(
    store: AwsSecretStore, client: Any, text: str
) -> None:
    client.create_secret(Name="district/feed/sis", SecretString=text or " ")
    with pytest.raises(SecretNotAnObject) as refused:
        store.get("feed/sis")
    assert "s3cret" not in str(refused.value)
    assert refused.value.__cause__ is None


class Refusing:
    """A client that answers every call with one error."""

    def __init__(self, error: Exception, exceptions: Any) -> None:
        self.error = error
        self.exceptions = exceptions

    def __getattr__(self, name: str) -> Any:
        def call(**_: object) -> None:
            raise self.error

        return call


def test_a_right_that_is_missing_is_named_and_the_account_is_not(client: Any) -> None:
    answer = {"Error": {"Code": "AccessDeniedException", "Message": "arn:aws:iam::123456789012:x"}}
    refusing = Refusing(ClientError(answer, "GetSecretValue"), client.exceptions)  # type: ignore[arg-type]
    with pytest.raises(SecretForbidden, match="secretsmanager:GetSecretValue") as refused:
        AwsSecretStore("district/", refusing).get("feed/sis")
    assert "123456789012" not in str(refused.value)


def test_without_a_region_the_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(SecretsUnreachable, match="AWS_REGION") as refused:
        AwsSecretStore("district/").get("feed/sis")
    assert NoRegionError.__name__ in str(refused.value)
    assert refused.value.is_transient
