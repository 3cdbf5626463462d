"""Mails by Amazon SES: AWS gives the credentials, so that none is in a setting."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from rollbook.core.errors import RollbookError
from rollbook.notify.mail_errors import MailNotSent, MailRefused

REFUSALS: Final = {
    "AccessDeniedException": (
        "Rollbook's role isn't allowed to send with it",
        "Give the role the right ses:SendEmail on the identity of the sender.",
    ),
    "AccountSuspendedException": ("it has suspended the account", "Look at SES in AWS."),
    "SendingPausedException": ("sending is paused there", "Look at SES in AWS."),
    "MailFromDomainNotVerifiedException": (
        "it hasn't verified the sender",
        "Verify the domain of ROLLBOOK_EMAIL_FROM in SES.",
    ),
    "MessageRejected": (
        "it rejected the email",
        "Verify the sender in SES, and each recipient too while the account is in its sandbox.",
    ),
    "BadRequestException": (
        "it rejected the email",
        "Check ROLLBOOK_EMAIL_FROM and the recipients.",
    ),
    "NotFoundException": ("it doesn't know the sender", "Verify ROLLBOOK_EMAIL_FROM in SES."),
}
"""What time does not heal, and what to do."""


@dataclass(frozen=True, slots=True)
class Ses:
    """Amazon SES in a region; None: the one that AWS itself gives the process."""

    region: str | None = None

    @property
    def place(self) -> str:
        """How an error names it."""
        return f"Amazon SES in {self.region}" if self.region else "Amazon SES"


def send_by_ses(server: Ses, message: bytes, *, sender: str, recipients: list[str]) -> None:
    """Send a whole message. Raises MailNotSent, MailRefused."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise MailRefused(
            why="what talks to AWS isn't installed.", advice='Install it: "rollbook[aws]".'
        ) from None
    try:
        _client(server.region).send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": recipients},
            Content={"Raw": {"Data": message}},
        )
    except ClientError as error:
        # `from None` here and below: the original's text names addresses and the account.
        raise _of_service(error.response.get("Error", {}).get("Code", ""), server) from None
    except BotoCoreError as error:
        raise _of_client(error, server) from None


def _of_service(code: object, server: Ses) -> RollbookError:
    if isinstance(code, str) and code in REFUSALS:
        why, advice = REFUSALS[code]
        return MailRefused(why=f"{server.place}: {why}.", advice=advice)
    said = f" ({code})" if isinstance(code, str) and code.isidentifier() else ""
    return MailNotSent(
        why=f"{server.place} delayed it{said}.",
        advice="If that keeps happening, look at SES in AWS.",
    )


def _of_client(error: Exception, server: Ses) -> RollbookError:
    from botocore import exceptions

    if isinstance(error, exceptions.NoRegionError | exceptions.NoCredentialsError):
        return MailRefused(
            why=f"{server.place} can't be reached: the region or how to sign in isn't set.",
            advice="Set AWS_REGION or write ses://REGION, and give the machine a role.",
        )
    return MailNotSent(
        why=f"{server.place} couldn't be reached.",
        advice="If that keeps happening, check the network.",
    )


@cache
def _client(region: str | None) -> Any:
    """Return the client. boto3 takes half a second to import; only who needs it pays that."""
    import boto3
    from botocore.config import Config

    # Not tried twice: SES knows no mark by which it would tell the second mail from the first.
    patience = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 1})
    return boto3.session.Session(region_name=region).client("sesv2", config=patience)
