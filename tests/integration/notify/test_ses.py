"""Mails by Amazon SES, as moto plays it."""

import email
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends

from rollbook.core.errors import UsageError
from rollbook.notify.channels import mail_server, send_mail
from rollbook.notify.mail_errors import MailNotSent, MailRefused
from rollbook.notify.messages import Mail
from rollbook.notify.ses import Ses, _client
from tests.doubles.aws_server import NOBODY, REGION

MAIL = Mail("Import failed", "It failed.", "<p>It failed.</p>")
SENDER = "Rollbook <rollbook@example.org>"


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in NOBODY.items():
        monkeypatch.setenv(name, value)
    _client.cache_clear()
    with mock_aws():
        yield boto3.client("sesv2")
    _client.cache_clear()


def sent() -> list[Any]:
    return list(sesv2_backends[DEFAULT_ACCOUNT_ID][REGION].core_backend.sent_messages)


def test_a_mail_leaves_as_it_was_written(ses: Any) -> None:
    ses.create_email_identity(EmailIdentity="example.org")
    refused = send_mail(
        MAIL, Ses(), sender=SENDER, recipients=["ada@example.net", "bö@example.net"], key="1"
    )
    assert refused == ["bö@example.net"]
    [message] = sent()
    read = email.message_from_string(message.raw_data)
    assert (read["Subject"], read["To"]) == ("Import failed", "ada@example.net")
    assert [part.get_content_type() for part in read.walk()][1:] == ["text/plain", "text/html"]


def test_a_sender_that_is_not_verified_is_refused_for_good(ses: Any) -> None:
    with pytest.raises(MailRefused, match="Verify"):
        send_mail(MAIL, Ses(REGION), sender=SENDER, recipients=["ada@example.net"], key="1")
    assert sent() == []


def test_a_service_that_is_away_is_asked_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {**NOBODY, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}.items():
        monkeypatch.setenv(name, value)
    _client.cache_clear()
    with pytest.raises(MailNotSent, match="couldn't be reached"):
        send_mail(MAIL, Ses(), sender=SENDER, recipients=["ada@example.net"], key="1")
    _client.cache_clear()


@pytest.mark.parametrize(
    ("url", "server"),
    [("ses://", Ses()), ("ses://us-gov-west-1", Ses("us-gov-west-1"))],
)
def test_a_url_names_the_region(url: str, server: Ses) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize("url", ["ses://user:secret@us-west-2", "ses://us-west-2:25", "ses://x"])
def test_what_is_no_region_is_refused_without_its_text(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        mail_server(url)
    assert "secret" not in str(refused.value)
