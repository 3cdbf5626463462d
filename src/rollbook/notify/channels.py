"""How a mail leaves: through any SMTP server, or Amazon SES."""

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from rollbook.core.errors import UsageError
from rollbook.notify.deadline import within
from rollbook.notify.mail_errors import MailRefused, mail_error
from rollbook.notify.messages import Mail
from rollbook.notify.ses import Ses, send_by_ses

PATIENCE: Final = 20.0
"""Seconds for each answer of a mail server."""

LONGEST: Final = 180.0
"""Seconds for all of it. A server that drips never ends its answer, and each wait is short."""

_ADDRESS: Final = re.compile(r"""[^\s@,;:<>()\[\]"\\]+@[^\s@,;:<>()\[\]"\\]+""")

_REGION: Final = re.compile(r"(?:[a-z]{2}(?:-[a-z]+)+-[0-9])?")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails leave. With `tls` from the first byte; otherwise upgraded where it signs in."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False

    @property
    def place(self) -> str:
        """How an error names it."""
        return f"the email server {self.host}:{self.port}"

    @property
    def starttls(self) -> bool:
        """A password never travels in the clear."""
        return not self.tls and bool(self.user)


def mail_server(url: str) -> MailServer | Ses | None:
    """Return the server of smtp://USER:PASSWORD@HOST:PORT, smtps:// for TLS, ses://REGION; None
    for ''.

    Raises UsageError, without repeating the URL, which holds a password.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme == "ses" and _REGION.fullmatch(parts.netloc) and not parts.path.strip("/"):
        return Ses(parts.netloc or None)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise UsageError(
            what=(
                "ROLLBOOK_EMAIL_URL must look like smtp://USER:PASSWORD@HOST:587, smtps://... "
                "or, on AWS, ses:// or ses://us-west-2."
            )
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
    server: MailServer | Ses,
    *,
    sender: str,
    recipients: Sequence[str],
    key: str,
    context: ssl.SSLContext | None = None,
) -> list[str]:
    """Send a mail; return the recipients that do not get it while the others do.

    `key` never changes: a mail that is sent twice by accident is one mail to its readers.
    Raises MailNotSent, MailRefused.
    """
    origin = _checked_sender(sender)
    if isinstance(server, Ses):
        takers = _deliverable(origin, recipients, has_utf8=False)
        message = _message(mail, sender=sender, recipients=takers, key=key)
        send_by_ses(server, message.as_bytes(), sender=sender, recipients=takers)
        return sorted({*recipients} - {*takers})
    _check_sign_in(server)

    def deliver() -> list[str]:
        with _signed_in(server, context or ssl.create_default_context()) as smtp:
            takers = _deliverable(origin, recipients, has_utf8=smtp.has_extn("smtputf8"))
            message = _message(mail, sender=sender, recipients=takers, key=key)
            refused = smtp.send_message(message, origin, takers)
        return sorted({*recipients} - {*takers} | {*refused})

    try:
        return within(LONGEST, deliver)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise mail_error(error, server.place) from None


def check_server(server: MailServer) -> None:
    """Sign in and send nothing. Raises MailNotSent, MailRefused."""
    _check_sign_in(server)

    def sign_in() -> None:
        with _signed_in(server, ssl.create_default_context()):
            pass

    try:
        within(LONGEST, sign_in)
    except (OSError, smtplib.SMTPException) as error:
        raise mail_error(error, server.place) from None


def _checked_sender(sender: str) -> str:
    """Return the address in `sender`, which may have a name in front."""
    address = parseaddr(sender)[1]
    if not (sender.isprintable() and _ADDRESS.fullmatch(address)):
        raise MailRefused(
            why="the sender isn't an email address.",
            advice="Write ROLLBOOK_EMAIL_FROM as name@example.org or Name <name@example.org>.",
        )
    return address


def _check_sign_in(server: MailServer) -> None:
    """Refuse what smtplib cannot send: it fails halfway, with an error that is none of its own."""
    if not (server.user + server.password).isascii():
        raise MailRefused(
            why="the email server's user name or password has a character outside ASCII.",
            advice=(
                "Choose a password of plain letters, digits and symbols, and set it in "
                "ROLLBOOK_EMAIL_URL."
            ),
        )


@contextmanager
def _signed_in(server: MailServer, trust: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    """Connect and sign in. How the goodbye goes does not matter: the mail has left by then.

    `with smtplib.SMTP(...)` raises when it goes wrong, and a mail that arrived were sent again.
    """
    smtp = _connected(server, trust)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.starttls:
            _upgrade(smtp, server, trust)
        if server.user:
            smtp.login(server.user, server.password)
        yield smtp
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
    finally:
        smtp.close()


def _connected(server: MailServer, trust: ssl.SSLContext) -> smtplib.SMTP:
    if server.tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=trust)
    return smtplib.SMTP(server.host, server.port, timeout=PATIENCE)


def _upgrade(smtp: smtplib.SMTP, server: MailServer, trust: ssl.SSLContext) -> None:
    if not smtp.has_extn("starttls"):
        raise MailRefused(
            why=f"{server.place} offers no TLS, and Rollbook sends no password without it.",
            advice="Use smtps:// or a server that offers STARTTLS.",
        )
    smtp.starttls(context=trust)
    smtp.ehlo()


def _deliverable(origin: str, recipients: Sequence[str], *, has_utf8: bool) -> list[str]:
    """Return the addresses this server can write to. One bad address must not cost the others."""
    if not (has_utf8 or origin.isascii()):
        raise MailRefused(
            why="the email server accepts no sender with a character outside ASCII.",
            advice="Check ROLLBOOK_EMAIL_FROM.",
        )
    takers = [
        address
        for address in dict.fromkeys(recipients)
        if address.isprintable() and _ADDRESS.fullmatch(address) and (has_utf8 or address.isascii())
    ]
    if not takers:
        raise MailRefused(
            why="no recipient has an address that the email server accepts.",
            advice="Check the addresses under Settings.",
        )
    return takers


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
