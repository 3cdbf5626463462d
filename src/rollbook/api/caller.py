"""Who calls: a program with a token, or a person who has signed in."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from rollbook.access.client_address import client_address
from rollbook.access.models import ApiToken, Role
from rollbook.access.operations.tokens import digest_of, note_use
from rollbook.access.permissions import lacks_factor
from rollbook.access.scopes import Scope, with_included
from rollbook.api.problems import Problem

LONGEST_ACTOR: Final = 200
_CALLER: Final = "api_caller"
_BEARER: Final = "bearer "


class TokenRefused(Exception):
    """The header holds no token that is good; `fault` says what is wrong with it.

    `name` is the token's where it is known.
    """

    def __init__(self, fault: str, *, name: str = "") -> None:
        self.fault, self.name = fault, name
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they may."""

    actor: str
    """As jobs and the audit log name them."""
    key: str
    """Who it is, for limits and idempotency keys: no name that another could take."""
    scopes: frozenset[Scope]
    is_viewer: bool = False
    """Whether texts of files and servers are left out of what they read, as on the pages."""

    @property
    def sees_values(self) -> bool:
        """Whether students' values are among what they read."""
        return bool(self.scopes & {Scope.ADMIN, Scope.STUDENTS})

    @property
    def is_program(self) -> bool:
        """Whether a token was shown, not the cookie of a person."""
        return self.key.startswith("token ")

    def check(self, scope: Scope) -> None:
        """Raise Problem (403) where they may not."""
        if scope not in self.scopes:
            raise Problem(
                403,
                "scope_missing",
                f"This needs the scope {scope.value}, and the caller doesn't have it. Nothing was "
                "changed.",
            )


def caller_of(request: HttpRequest) -> Caller:
    """Return who has been found to ask."""
    found: Caller = getattr(request, _CALLER)
    return found


def remember(request: HttpRequest, caller: Caller) -> None:
    """Keep who asks with the request."""
    setattr(request, _CALLER, caller)


def has_token(request: HttpRequest) -> bool:
    """Tell whether the request names how it is authorized; then no cookie counts."""
    return "Authorization" in request.headers


def by_token(request: HttpRequest) -> Caller:
    """Return the program whose token the request has. Raises TokenRefused."""
    given = request.headers.get("Authorization", "")
    if given[: len(_BEARER)].lower() != _BEARER:
        raise TokenRefused("unknown")
    digest = digest_of(given[len(_BEARER) :].strip())
    # Found by its digest: how long the search takes says nothing about the token.
    token = ApiToken.objects.select_related("owner").filter(digest=digest).first()
    if token is None:
        raise TokenRefused("unknown")
    if fault := token.fault(timezone.now()):
        raise TokenRefused(fault, name=token.name)
    note_use(token, client_address(request))
    actor = f"{token.owner.email} (token {token.name})"
    return Caller(actor[-LONGEST_ACTOR:], f"token {token.pk}", with_included(token.scopes))


def by_session(request: HttpRequest) -> Caller | None:
    """Return the person who has signed in, None where there is none.

    Raises Problem (403) where they must add a second factor first, and for staff.
    """
    user: Any = request.user
    if not user.is_authenticated:
        return None
    if lacks_factor(user):
        raise Problem(
            403,
            "second_factor_missing",
            "This account must add a second factor first. Nothing was changed. Sign in to the "
            "pages; they lead there.",
        )
    if user.role not in (Role.ADMINISTRATOR, Role.VIEWER):
        raise Problem(
            403,
            "administrators_only",
            "Staff see students on the pages alone. Nothing was changed.",
        )
    if user.is_administrator:
        return Caller(str(user)[-LONGEST_ACTOR:], user.key, frozenset(Scope))
    return Caller(str(user)[-LONGEST_ACTOR:], user.key, frozenset((Scope.READ,)), is_viewer=True)
