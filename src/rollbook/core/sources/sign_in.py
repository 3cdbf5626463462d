"""One attempt to sign in: each credential is sent once, and what the server wants is remembered.

So a refusal can be named as what it is: a key that is not installed, a password that is wanted
beside the key, a code that nobody can type at night, a password that has expired.
"""

import asyncio
from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

from rollbook.core.errors import SourceError
from rollbook.core.sources import sign_in_errors as errors
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.errors import NotAnSftpServer
from rollbook.core.sources.keys import as_line, fingerprint, pinned_key, private_key
from rollbook.core.sources.ssh import asyncssh
from rollbook.core.sources.suggestions import printable

CODE_WORDS: Final = ("code", "token", "otp", "one-time", "one time", "factor", "pin")
"""In a prompt: something that is not the password is asked for."""
NEW_WORDS: Final = ("new password", "change your password", "retype", "must be changed")
EXPIRED_WORDS: Final = ("expired", "must change", "change required", "required to change")


HARMLESS: Final = "true"
"""A command that does nothing."""
MOST_SAID: Final = 1_000
"""Bytes."""


class Use(Enum):
    """What became of a key or a password."""

    NOT_ASKED_FOR = auto()
    WANTED = auto()
    """The server asks for it, and there is none."""
    SENT = auto()
    """And not asked for again: the server accepts it, alone or as the first of two."""
    REFUSED = auto()


class SignIn(asyncssh.SSHClient):
    """Answers a server's questions; trusts its pinned key and nothing else."""

    def __init__(self, connection: SftpConnection) -> None:
        """Raises BadHostKey, BadPrivateKey."""
        self.connection = connection
        self.pinned = pinned_key(connection)
        self.shown: asyncssh.SSHKey | None = None
        self._own_key = private_key(connection)
        self._key = self._password = Use.NOT_ASKED_FOR
        self._is_expired = False
        self._wants_code = False
        self._was_questioned = False

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        self.shown = key
        return self.pinned is not None and key == self.pinned

    def auth_banner_received(self, msg: str, lang: str) -> None:
        self._is_expired = self._is_expired or says_expired(msg)

    def public_key_auth_requested(self) -> list[asyncssh.SSHKey] | None:
        self._key = _next(self._key, has_one=self._own_key is not None)
        if self._key is Use.SENT and self._own_key is not None:
            return [self._own_key]
        return None

    def password_auth_requested(self) -> str | None:
        self._password = _next(self._password, has_one=bool(self.connection.password))
        return self.connection.password if self._password is Use.SENT else None

    def password_change_requested(self, prompt: str, lang: str) -> tuple[str, str]:
        self._is_expired = True
        return NotImplemented  # type: ignore[no-any-return]

    def kbdint_auth_requested(self) -> str | None:
        """Ask for the questions once; a second time means that the answers were refused."""
        if self._was_questioned or self._password is Use.REFUSED:
            self._password = Use.REFUSED if self._password is Use.SENT else self._password
            return None
        if self._key is Use.REFUSED and not self.connection.password:
            return None  # a question that is left open can count as a failed attempt
        self._was_questioned = True
        return ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Answer a question for the password; no other one can be answered."""
        asked = " ".join([name, instructions, *(text for text, _ in prompts)]).casefold()
        if says_expired(asked) or any(word in asked for word in NEW_WORDS):
            self._is_expired = True
        if not prompts:
            return []
        if self._is_expired:
            return None
        self._wants_code = len(prompts) > 1 or any(word in asked for word in CODE_WORDS)
        if self._wants_code and "passcode" not in asked:  # which some servers call a password
            return None
        password = self.password_auth_requested()
        return None if password is None else [password]

    def denial(self) -> SourceError:
        """Why the server has not let us in."""
        known = {"host": self.connection.host, "user": self.connection.user}
        if self._is_expired:
            return errors.PasswordExpired(**known)
        if self._wants_code:
            return errors.CodeWanted(**known)
        match self._key, self._password:
            case Use.SENT, Use.WANTED:
                return errors.PasswordWantedToo(**known)
            case Use.WANTED, Use.SENT:
                return errors.KeyWantedToo(**known)
            case Use.SENT, Use.REFUSED:
                return errors.BadCredentials(means="password (the key was accepted)", **known)
            case Use.WANTED, Use.NOT_ASKED_FOR:
                return errors.MeansNotTaken(ours="a password", theirs="a key", **known)
            case Use.NOT_ASKED_FOR, Use.WANTED:
                return errors.MeansNotTaken(ours="a key", theirs="a password", **known)
            case Use.NOT_ASKED_FOR, Use.NOT_ASKED_FOR:
                ours = f"a {self.connection.means}"
                return errors.MeansNotTaken(ours=ours, theirs="something else", **known)
        if self._own_key is None or self._password is Use.REFUSED:
            return errors.BadCredentials(means=self.connection.means, **known)
        return errors.KeyRefused(
            fingerprint=fingerprint(self._own_key),
            private=f"The public key is: {as_line(self._own_key)}",
            **known,
        )

    def no_session(self, said: str) -> SourceError:
        """Why the server has let us in and then gives no SFTP."""
        connection = self.connection
        if says_expired(said):
            return errors.PasswordExpired(host=connection.host, user=connection.user)
        return NotAnSftpServer(
            host=connection.host,
            port=connection.port,
            private=f"The server says: {printable(said)}",
        )


async def what_is_said(session: asyncssh.SSHClientConnection, *, seconds: float) -> str:
    """What a server writes that has let us in and then starts no SFTP; "" for nothing.

    OpenSSH says that a password has expired only to those who ask for a command.
    """
    try:
        async with asyncio.timeout(seconds):
            _, _, errors_of = await session.open_session(HARMLESS, encoding=None)
            said: bytes = await errors_of.read(MOST_SAID)
    except (TimeoutError, OSError, asyncssh.Error):
        return ""
    return said.decode("utf-8", "replace").strip()


def says_expired(text: str) -> bool:
    """Tell whether a server's `text` is about a password that has to be changed."""
    plain = text.casefold()
    return "password" in plain and any(word in plain for word in EXPIRED_WORDS)


def _next(use: Use, *, has_one: bool) -> Use:
    """What a further question for it means."""
    if not has_one:
        return Use.WANTED
    return Use.SENT if use is Use.NOT_ASKED_FOR else Use.REFUSED
