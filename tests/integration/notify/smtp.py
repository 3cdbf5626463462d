"""A real mail server on loopback."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.integration.servers import free_port


@dataclass
class MailBox:
    """What has arrived, and where."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - the server's names
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refuses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(cast(EmailMessage, message))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"

    def words(self, number: int = -1) -> str:
        part = self.mails[number].get_body(("plain",))
        assert part is not None
        return str(part.get_content())


@contextmanager
def mail_box(
    *, login: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[MailBox]:
    """A server that takes every mail; with `login` only after signing in, under TLS."""
    box = MailBox(free_port())

    def may_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        given = (
            (data.login.decode(), data.password.decode())
            if isinstance(data, LoginPassword)
            else None
        )
        return AuthResult(success=given == login, handled=False)

    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, tls_context=tls, authenticator=may_in,
        auth_required=login is not None, auth_require_tls=True, decode_data=False,
    )  # fmt: skip
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
