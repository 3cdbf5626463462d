"""How word leaves: through any SMTP server, and a call to a dead-man service."""

import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from http.client import HTTPException
from typing import Final
from urllib.parse import unquote, urlsplit

from rollbook.core.errors import RollbookError, UsageError
from rollbook.notify.messages import Mail

PATIENCE: Final = 20.0
"""Seconds for each answer of a mail server."""


class MailNotSent(RollbookError):
    """The mail could not be sent: {why} It is tried again. {advice}"""

    reason = "mail_not_sent"
    is_transient = True


class MailRefused(RollbookError):
    """The mail could not be sent: {why} {advice}"""

    reason = "mail_refused"


class HeartbeatFailed(RollbookError):
    """The dead-man service could not be called ({why}). The import itself is not concerned. \
    Check ROLLBOOK_HEARTBEAT_URL."""

    reason = "heartbeat_failed"
    is_transient = True


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails leave. With `tls` from the first byte; otherwise upgraded where it signs in."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False

    @property
    def starttls(self) -> bool:
        """A password never travels in the clear."""
        return not self.tls and bool(self.user)


def mail_server(url: str) -> MailServer | None:
    """Return the server of smtp://USER:PASSWORD@HOST:PORT, smtps:// for TLS; None for ''.

    Raises UsageError, without repeating the URL, which holds a password.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise UsageError(
            what="ROLLBOOK_EMAIL_URL must look like smtp://USER:PASSWORD@HOST:587 or smtps://..."
        )
    is_tls = parts.scheme == "smtps"
    return MailServer(
        parts.hostname,
        port or (465 if is_tls else 587),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        is_tls,
    )


def send_mail(
    mail: Mail,
    server: MailServer,
    *,
    sender: str,
    recipients: Sequence[str],
    key: str,
    context: ssl.SSLContext | None = None,
) -> list[str]:
    """Send a mail; return the recipients that the server refused while it took the others.

    `key` is its own for ever: a mail that is sent twice by mischance is one mail to its readers.
    Raises MailNotSent, MailRefused.
    """
    message = _message(mail, sender=sender, recipients=recipients, key=key)
    trust = context or ssl.create_default_context()
    try:
        with _connected(server, trust) as smtp:
            if server.starttls:
                smtp.starttls(context=trust)
            if server.user:
                smtp.login(server.user, server.password)
            return sorted(smtp.send_message(message, sender, list(recipients)))
    except (OSError, smtplib.SMTPException) as error:
        raise _told(error, server) from None


def call_heartbeat(url: str, *, timeout: float = 10.0) -> None:
    """Tell a dead-man service that a run went well. Raises HeartbeatFailed."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise HeartbeatFailed(why="it is no http:// or https:// address")
    try:
        with urllib.request.urlopen(url, timeout=timeout):  # noqa: S310 - the scheme is checked
            pass
    except urllib.error.HTTPError as error:
        error.close()
        raise HeartbeatFailed(why=f"it answered {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise HeartbeatFailed(why=type(error).__name__) from None


def _message(mail: Mail, *, sender: str, recipients: Sequence[str], key: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Date"] = formatdate(localtime=False)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<rollbook-{key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _connected(server: MailServer, trust: ssl.SSLContext) -> smtplib.SMTP:
    if server.tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=trust)
    return smtplib.SMTP(server.host, server.port, timeout=PATIENCE)


def _told(error: Exception, server: MailServer) -> RollbookError:
    """Return what went wrong as a sentence. A server's own words are left out: they may be any."""
    place = f"{server.host}:{server.port}"
    match error:
        case smtplib.SMTPAuthenticationError():
            return MailRefused(
                why=f"the mail server {place} refused the user name or the password.",
                advice="Check ROLLBOOK_EMAIL_URL.",
            )
        case smtplib.SMTPRecipientsRefused():
            return MailRefused(
                why=f"the mail server {place} refused every recipient.",
                advice="Check the addresses in the settings.",
            )
        case smtplib.SMTPSenderRefused():
            return MailRefused(
                why=f"the mail server {place} refused the sender.",
                advice="Check ROLLBOOK_EMAIL_FROM.",
            )
        case smtplib.SMTPNotSupportedError():
            return MailRefused(
                why=f"the mail server {place} offers no TLS, and a password is not sent without.",
                advice="Use smtps:// or a server that offers STARTTLS.",
            )
        case ssl.SSLCertVerificationError():
            return MailRefused(
                why=f"the certificate of the mail server {place} is not valid.",
                advice="Ask the operator of the mail server.",
            )
        case smtplib.SMTPResponseException() if error.smtp_code >= 500:
            return MailRefused(
                why=f"the mail server {place} refused it (code {error.smtp_code}).",
                advice="Ask the operator of the mail server.",
            )
    return MailNotSent(
        why=f"the mail server {place} could not be reached or broke off ({type(error).__name__}).",
        advice="If it stays so, check ROLLBOOK_EMAIL_URL and the firewall.",
    )
