"""From the outbox to the mail server, as the environment names it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from rollbook.core.errors import RollbookError, UsageError
from rollbook.environ import public_url, read
from rollbook.notify.channels import mail_server, send_mail
from rollbook.notify.installation_messages import test_mail
from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Kind, Mail
from rollbook.records.operations import mails
from rollbook.records.operations.outgoing import AT_ONCE


def send_due(environ: Mapping[str, str]) -> int:
    """Send the mails that are due; return how many have left. One that cannot leave is kept."""
    sent = 0
    while sent < AT_ONCE and (waiting := mails.take_next(datetime.now(UTC))):
        try:
            mail = Mail(*mails.opened(waiting, environ))
            refused = _send(mail, environ, recipients=waiting.recipients, key=waiting.key)
        except RollbookError as error:
            now = datetime.now(UTC)
            mails.note_unsent(waiting.number, str(error), is_transient=error.is_transient, now=now)
            if error.is_transient:
                break  # a server that hangs must not hold up what is planned; the rest is due soon
        else:
            mails.note_sent(waiting.number, refused=refused)
            sent += 1
    return sent


def send_test_mail(environ: Mapping[str, str], *, recipients: Sequence[str]) -> None:
    """Send a test mail now, and keep that it left. Raises UsageError, MailNotSent, MailRefused."""
    mail = mail_of(test_mail(page_link(environ, "settings/")))
    key = f"test-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    refused = _send(mail, environ, recipients=recipients, key=key)
    mails.keep_sent(Kind.TEST, (mail.subject, mail.text, mail.html), recipients=recipients)
    if refused:
        raise UsageError(
            what=f"The email server rejected {', '.join(refused)}.",
            means="The others were sent.",
        )


def page_link(environ: Mapping[str, str], path: str) -> str | None:
    """Return the address of a page for a mail, None where the name of the site is not set."""
    base = public_url(environ)
    return f"{base}/{path}" if base else None


def _send(
    mail: Mail, environ: Mapping[str, str], *, recipients: Sequence[str], key: str
) -> list[str]:
    server = mail_server(read(environ, "ROLLBOOK_EMAIL_URL"))
    if server is None:
        raise UsageError(
            what="No email can be sent: no email server is set.",
            means="",
            advice="The person who runs Rollbook sets ROLLBOOK_EMAIL_URL.",
        )
    sender = read(environ, "ROLLBOOK_EMAIL_FROM", "rollbook@localhost")
    return send_mail(mail, server, sender=sender, recipients=recipients, key=key)
