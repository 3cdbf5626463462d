"""Who may use a route: the scope of a program, the role of a person. Each route names its rule."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest

from rollbook.access.operations.refusals import note_refusal
from rollbook.access.scopes import Scope
from rollbook.api.caller import Caller, caller_of
from rollbook.api.problems import Problem


class Token:
    """What a caller may, program or person; the gate has found out who it is."""

    openapi_security_schema: Final = {
        "type": "http",
        "scheme": "bearer",
        "description": "A token that an administrator has made, under Settings, API tokens, or "
        "with `rollbook tokens add`.",
    }

    def __init__(self, scope: Scope, *, for_viewers: bool = False) -> None:
        self.scope, self.for_viewers = scope, for_viewers

    def __call__(self, request: HttpRequest) -> Caller:
        """Return who asks, where they may. Raises Problem (403)."""
        caller = caller_of(request)
        if caller.is_program and self.scope not in caller.scopes:
            note_refusal("scope", name=caller.actor)
        caller.check(self.scope)
        if caller.is_viewer and not self.for_viewers:
            raise Problem(
                403,
                "administrators_only",
                "This is for administrators. An administrator of your district can give you more "
                "rights. Nothing was changed.",
            )
        return caller


class Session:
    """The cookie of a person who has signed in to the pages; `Token` has judged them as well."""

    openapi_security_schema: Final = {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The cookie of a sign-in to the pages (`__Host-sessionid` over TLS). "
        "Requests that change something need the header X-CSRFToken too.",
    }

    def __call__(self, request: HttpRequest) -> None:
        """Never asked."""


def needs(
    scope: Scope, *, for_viewers: bool = False, extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the rule of a route, as the arguments that declare it. `extra` is for its document."""
    return {
        "auth": (Token(scope, for_viewers=for_viewers), Session()),
        "openapi_extra": {"x-scope": scope.value, **(extra or {})},
    }
