"""Secrets in AWS: kept, remembered, read again, deleted, restored, and every way to fail."""

import json
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import exceptions as botocore_errors
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.secrets.aws import AwsSecretStore
from rollbook.core.secrets.aws_errors import (
    AwsCredentialsRefused,
    AwsExtraMissing,
    AwsNotConfigured,
    AwsRefused,
    AwsUnavailable,
    SecretAccessDenied,
    SecretMalformed,
    explained,
)
from rollbook.core.secrets.store import SecretNotFound
from tests.doubles.aws import REGION, secrets_manager

SECRET = {"password": "correct horse", "host_key": "ssh-ed25519 AAAA"}
ACCOUNT = "123456789012"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with secrets_manager(monkeypatch) as client:
        yield client


def store() -> AwsSecretStore:
    return AwsSecretStore(region=REGION)


def error_of(code: str) -> botocore_errors.ClientError:
    told = f"User: arn:aws:iam::{ACCOUNT}:user/x is not authorized"
    return botocore_errors.ClientError({"Error": {"Code": code, "Message": told}}, "GetSecretValue")


def test_a_feed_has_one_secret_under_the_prefix_and_it_is_a_json_object(aws: Any) -> None:
    store().put("feed/nightly", SECRET)
    kept = aws.get_secret_value(SecretId="rollbook/feed/nightly")
    assert json.loads(kept["SecretString"]) == SECRET
    assert store().get("feed/nightly") == SECRET


def test_the_prefix_can_be_chosen(aws: Any) -> None:
    AwsSecretStore("north-district/", region=REGION).put("feed/nightly", SECRET)
    assert aws.get_secret_value(SecretId="north-district/feed/nightly")
    with pytest.raises(UsageError, match="ROLLBOOK_AWS_SECRET_PREFIX"):
        AwsSecretStore("no blanks/")


def test_a_later_secret_replaces_the_earlier_one(aws: Any) -> None:
    mine = store()
    mine.put("feed/nightly", SECRET)
    assert mine.get("feed/nightly") == SECRET
    mine.put("feed/nightly", {"password": "battery staple"})
    assert mine.get("feed/nightly") == {"password": "battery staple"}


def test_what_was_read_is_remembered_until_it_is_to_be_read_again(aws: Any) -> None:
    mine = store()
    mine.put("feed/nightly", SECRET)
    assert mine.get("feed/nightly") == SECRET
    aws.put_secret_value(SecretId="rollbook/feed/nightly", SecretString='{"password": "new"}')
    assert mine.get("feed/nightly") == SECRET
    mine.refresh("feed/nightly")
    assert mine.get("feed/nightly") == {"password": "new"}


def test_what_a_caller_does_to_a_secret_does_not_change_what_is_remembered(aws: Any) -> None:
    mine = store()
    mine.put("feed/nightly", SECRET)
    dict.clear(mine.get("feed/nightly"))  # type: ignore[arg-type]
    assert mine.get("feed/nightly") == SECRET


def test_a_deleted_secret_is_gone_at_once_and_deleting_again_is_no_error(aws: Any) -> None:
    mine = store()
    mine.put("feed/nightly", SECRET)
    assert mine.get("feed/nightly") == SECRET
    mine.delete("feed/nightly")
    mine.delete("feed/nightly")
    mine.delete("feed/never")
    with pytest.raises(SecretNotFound, match="rollbook/feed/nightly"):
        mine.get("feed/nightly")


def test_a_deleted_secret_can_be_restored_in_aws_for_thirty_days(aws: Any) -> None:
    store().put("feed/nightly", SECRET)
    store().delete("feed/nightly")
    told = aws.describe_secret(SecretId="rollbook/feed/nightly")
    assert 29 <= (told["DeletedDate"] - told["LastChangedDate"]).days <= 30
    aws.restore_secret(SecretId="rollbook/feed/nightly")
    assert store().get("feed/nightly") == SECRET


def test_a_feed_of_the_same_name_can_be_made_again_within_the_recovery_window(aws: Any) -> None:
    mine = store()
    mine.put("feed/nightly", SECRET)
    mine.delete("feed/nightly")
    mine.put("feed/nightly", {"password": "another"})
    assert mine.get("feed/nightly") == {"password": "another"}


def test_names_that_aws_does_not_allow_are_written_so_that_none_meets_another(aws: Any) -> None:
    mine = store()
    mine.put("feed/Küste", {"password": "a"})
    mine.put("feed/K=C3=BCste", {"password": "b"})
    assert mine.get("feed/Küste") == {"password": "a"}
    assert aws.get_secret_value(SecretId="rollbook/feed/K=C3=BCste")


@pytest.mark.parametrize("text", ["", "hidden", "[]", '"hidden"', '{"password": 7}', '{"pass'])
def test_a_secret_that_is_no_json_object_of_texts_is_refused_and_not_shown(
    aws: Any, text: str
) -> None:
    aws.create_secret(Name="rollbook/feed/nightly", SecretString=text or "null")
    with pytest.raises(SecretMalformed, match="Nothing was changed") as caught:
        store().get("feed/nightly")
    assert "hidden" not in "".join(traceback.format_exception(caught.value))


def test_a_binary_secret_is_refused(aws: Any) -> None:
    aws.create_secret(Name="rollbook/feed/nightly", SecretBinary=b"{}")
    with pytest.raises(SecretMalformed):
        store().get("feed/nightly")


@settings(max_examples=10)
@given(secret=st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=4))
def test_a_secret_comes_back_as_it_was(secret: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch, secrets_manager(patch):
        store().put("feed/nightly", secret)
        assert store().get("feed/nightly") == secret


@pytest.mark.parametrize(
    ("code", "error", "is_transient"),
    [
        ("AccessDeniedException", SecretAccessDenied, False),
        ("DecryptionFailure", SecretAccessDenied, False),
        ("UnrecognizedClientException", AwsCredentialsRefused, False),
        ("ExpiredTokenException", AwsCredentialsRefused, False),
        ("ThrottlingException", AwsUnavailable, True),
        ("InternalServiceError", AwsUnavailable, True),
        ("ResourceNotFoundException", SecretNotFound, False),
        ("LimitExceededException", AwsRefused, False),
        ("a text of AWS", AwsRefused, False),
    ],
)
def test_each_answer_of_aws_is_an_error_of_ours_without_the_account(
    code: str, error: type[RollbookError], is_transient: bool
) -> None:
    with pytest.raises(error, match="Nothing was changed") as caught, explained("x", "read"):
        raise error_of(code)
    assert caught.value.is_transient is is_transient
    shown = "".join(traceback.format_exception(caught.value))
    assert ACCOUNT not in shown
    assert "a text of AWS" not in shown


def test_the_right_that_is_missing_is_named() -> None:
    named = "secretsmanager:DeleteSecret"
    with pytest.raises(SecretAccessDenied, match=named), explained("feed/nightly", "delete"):
        raise error_of("AccessDeniedException")


def test_a_missing_region_is_named(aws: Any) -> None:
    with pytest.raises(AwsNotConfigured, match="AWS_REGION"):
        AwsSecretStore().get("feed/nightly")


def test_missing_credentials_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with secrets_manager(monkeypatch):
        pass
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AwsNotConfigured, match="AWS_ACCESS_KEY_ID"):
        store().get("feed/nightly")


def test_a_profile_that_is_not_there_is_a_matter_of_configuration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with secrets_manager(monkeypatch):
        pass
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(AwsNotConfigured):
        store().get("feed/nightly")


def test_an_address_where_nothing_listens_is_worth_another_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with secrets_manager(monkeypatch):
        pass
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(AwsUnavailable) as caught:
        store().get("feed/nightly")
    assert caught.value.is_transient


def test_without_the_extra_the_error_says_what_to_install(
    aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(AwsExtraMissing, match=r"rollbook\[aws\]"):
        store().get("feed/nightly")
