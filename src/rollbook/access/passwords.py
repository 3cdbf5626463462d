"""Which passwords are refused: too short, a repetition, a sequence, common, or about this place.

After NIST SP 800-63B: length counts, signs of certain kinds are not demanded, and what an attacker
tries first is refused. The same on pages and command line.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

SHORTEST: Final = 12
LONGEST: Final = 128
"""Far beyond any sentence; more only costs the server time."""
OWN_PART: Final = 6
"""Signs that must be left when everything easy is taken away."""

PLACE: Final = ("rollbook", "password", "student", "district", "school", "admin", "welcome")
ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "1234567890")
"""Keys beside each other."""


class EnoughSigns:
    """Blanks do not count: twelve of them are quickly guessed."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(_without_blanks(password)) < SHORTEST:
            raise ValidationError(
                f"This password is too short. It must contain at least {SHORTEST} characters, "
                "not counting spaces."
            )
        if len(password) > LONGEST:
            raise ValidationError(f"This password is longer than {LONGEST} characters.")

    def get_help_text(self) -> str:
        return f"At least {SHORTEST} characters, not counting spaces."


class HardToGuess:
    """Takes away what is easy; what is left must be a password of its own."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = _without_blanks(password).casefold()
        if any(each in _common() for each in _variants(plain)):
            raise ValidationError("This password is too common.")
        unit = _unit(plain)
        if _steps(unit) < OWN_PART or len(unit) < min(SHORTEST, len(plain)):
            raise ValidationError("This password is a repetition or a sequence.")
        left = plain
        for word in sorted(_known_words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if left != plain and _steps(left) < OWN_PART:
            raise ValidationError(
                "This password is too close to your email address or to this site's name."
            )

    def get_help_text(self) -> str:
        return "Not a common password, a repetition or your email address."


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _variants(plain: str) -> Iterator[str]:
    """The ways in which people make a short password longer."""
    yield plain
    yield _unit(plain)
    trimmed = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    if trimmed:
        yield trimmed
        yield _unit(trimmed)


def _unit(text: str) -> str:
    """Return what a text repeats: `abc` of `abcabcab`."""
    for length in range(1, len(text) // 2 + 1):
        if all(text[place] == text[place - length] for place in range(length, len(text))):
            return text[:length]
    return text


def _steps(text: str) -> int:
    """Count the signs that do not follow from the one before: one in `aaa`, `abc`, `321`, `qwe`."""
    return sum(not _follows(one, other) for one, other in zip(" " + text, text, strict=False))


def _follows(one: str, other: str) -> bool:
    if abs(ord(one) - ord(other)) <= 1:
        return True
    return any(one + other in row or other + one in row for row in ROWS)


def _known_words(user: Any) -> set[str]:
    """What anybody knows who knows the person or the address of the pages."""
    address = str(getattr(user, "email", "")).casefold()
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    parts = {*re.split(r"[\W_]+", f"{address} {host}"), address, address.partition("@")[0]}
    return {word for word in (*parts, *PLACE) if len(word) >= 3}


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
