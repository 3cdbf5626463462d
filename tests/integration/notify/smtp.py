"""A real mail server on loopback."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.doubles.ports import free_port


@dataclass
class MailBox:
    """What has arrived, and where."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    """What the server answers to a command, instead of doing it."""

    async def handle_MAIL(  # noqa: N802 - the server's names
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refuses:
            return "550 no such person"
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return self.answers.get("QUIT", "221 Bye")

    def words(self, number: int = -1) -> str:
        part = self.mails[number].get_body(("plain",))
        assert part is not None
        return str(part.get_content())


@contextmanager
def mail_box(
    *,
    login: tuple[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    tls_at_once: bool = False,
    utf8: bool = True,
) -> Iterator[MailBox]:
    """A server that takes every mail; with `login` only after signing in, under TLS.

    `tls` follows STARTTLS, or is there from the first byte.
    """
    box = MailBox(free_port())

    def may_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        if "AUTH" in box.answers:
            return AuthResult(success=False, handled=False, message=box.answers["AUTH"])
        given = (
            (data.login.decode(), data.password.decode())
            if isinstance(data, LoginPassword)
            else None
        )
        return AuthResult(success=given == login, handled=False)

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        tls_context=None if tls_at_once else tls,
        ssl_context=tls if tls_at_once else None,
        authenticator=may_in,
        enable_SMTPUTF8=utf8,
        auth_required=login is not None,
        auth_require_tls=True,
        decode_data=False,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
