"""Tokens as an administrator reads them: what leads the page, and a line each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rollbook.access.models import ApiToken
from rollbook.access.scopes import TITLES, Scope
from rollbook.core.quantities import counted

SOON: Final = timedelta(days=14)
"""Before its end a token is to be replaced."""


@dataclass(frozen=True, slots=True)
class Line:
    """A token: `state` is in_use, new (never used), ends_soon, expired or owner."""

    token: ApiToken
    state: str
    may: Sequence[str]

    @property
    def tone(self) -> str:
        """Its color."""
        return {"in_use": "ok", "new": "info", "expired": ""}.get(self.state, "warn")

    @property
    def works(self) -> bool:
        return self.state not in ("expired", "owner")


def token_lines(tokens: Iterable[ApiToken], now: datetime) -> list[Line]:
    """Return a line for each token, those that no longer work last."""
    found = [Line(each, _state(each, now), _may(each.scopes)) for each in tokens]
    return sorted(found, key=lambda line: not line.works)


def leading_words(lines: Sequence[Line]) -> tuple[str, str]:
    """Return what leads the page: how many programs come in, and what is to be looked at."""
    working = [line for line in lines if line.works]
    sentence = f"{counted(len(working), 'program has', 'programs have')} access."
    told = [
        f"{counted(number, one, many)} {words}."
        for state, one, many, words in (
            ("ends_soon", "token ends", "tokens end", f"within {SOON.days} days"),
            ("new", "token", "tokens", "not used yet"),
            ("expired", "token", "tokens", "expired"),
            ("owner", "token", "tokens", "off"),
        )
        if (number := sum(line.state == state for line in lines))
    ]
    return sentence if working else "No program has access.", " ".join(told)


def _state(token: ApiToken, now: datetime) -> str:
    if fault := token.fault(now):
        return fault
    if token.expires_at - now < SOON:
        return "ends_soon"
    return "in_use" if token.last_used_at else "new"


def _may(scopes: Iterable[str]) -> list[str]:
    return [TITLES[Scope(each)] for each in scopes if each in set(Scope)]
