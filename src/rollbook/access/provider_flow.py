"""Out to the identity provider and back, by allauth's code flow with state, nonce and PKCE.

What allauth would take on trust is checked here: the signature of the ID token, the nonce, and
whose account it is. Nobody gets an account by coming back (`operations/visitors.py`).
"""

import hmac
import json
import os
import secrets
import time
from typing import Any, Final
from urllib.parse import urlencode, urljoin

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from rollbook.access.identity_provider import discovery
from rollbook.access.identity_provider.configuration import identity_provider
from rollbook.access.identity_provider.errors import NotSignedIn
from rollbook.access.identity_provider.kinds import IdentityProvider, Kind
from rollbook.access.identity_provider.session import GuardedSession
from rollbook.access.identity_provider.tokens import LEEWAY, verified_claims
from rollbook.access.identity_provider.visitor import Visitor, visitor_of
from rollbook.access.operations.visitors import let_in

METHOD: Final = "socialaccount"
"""How allauth calls a sign-in with a provider in the session's records."""
NO_STATE: Final = "state"
"""Why a sign-in is refused that this session does not wait for."""
OFF: Final = "off"
NOT_ON_RECORD: Final = frozenset((NO_STATE, OFF))
"""Anybody can send such requests, as many as they like."""
AUTH_TIME: Final = json.dumps({"id_token": {"auth_time": {"essential": True}}})


def redirect_address(request: HttpRequest) -> str:
    """Return the address to which the provider sends people back, to be registered there."""
    return public_redirect_address() or _absolute(request, reverse("account_provider_return"))


def public_redirect_address() -> str:
    """Return the same where no page is asked: '' unless the installation knows its address."""
    path = reverse("account_provider_return")
    return urljoin(settings.PUBLIC_URL, path) if settings.PUBLIC_URL else ""


def address_of_sign_in(request: HttpRequest, *, confirms: bool, next_url: str) -> str:
    """Return the provider's address for this sign-in, which the session now waits for.

    `confirms`: the person who is signed in proves it once more. Raises ProviderUnreachable,
    ProviderMisconfigured.
    """
    provider = _provider(request)
    answer = provider.redirect(
        request,
        process="login",
        next_url=next_url or None,
        auth_params=(nonce := {"nonce": secrets.token_urlsafe(24)}) | _prompt(provider, confirms),
        nonce=nonce["nonce"],
        confirms=request.user.pk if confirms else None,
        asked_at=time.time(),
    )
    return str(answer.url)


def come_back(request: HttpRequest) -> HttpResponse:
    """Sign in the person that the provider sends back, or confirm who it is. Raises NotSignedIn
    and the errors of `address_of_sign_in`."""
    provider = _provider(request)
    answer: HttpResponse = _Return.adapter_view(_Exchange(request, provider.issuer))(request)
    return answer


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """The one provider of this installation, from the secret store; nothing of it in tables."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        known = identity_provider(os.environ)
        return [] if known is None or provider != known.issuer else [_app(known)]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> "DistrictProvider":
        return DistrictProvider(request, app=self.get_app(request, provider))

    def get_requests_session(self) -> GuardedSession:
        return GuardedSession()

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Say it in our words. What the provider or an exception says is shown to nobody."""
        if "state" not in (extra_context or {}):
            raise _unfinished(NO_STATE)
        raise _unfinished("cancelled" if error == "cancelled" else "exchange")


class DistrictProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """allauth's provider with the settings of the district."""

    @property
    def issuer(self) -> str:
        return str(self.app.provider_id)

    def get_oauth2_adapter(self, request: HttpRequest) -> "_Exchange":
        return _Exchange(request, self.issuer)


class _Exchange(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The exchange of the code for an ID token, and what follows from the token."""

    state: dict[str, Any]

    @property
    def openid_config(self) -> dict[str, Any]:
        return discovery.metadata(self.provider_id)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return redirect_address(request)

    def parse_token(self, data: dict[str, Any]) -> str:
        return str(data["access_token"])

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: str, *, response: dict[str, Any]
    ) -> None:
        """Answer with the page that follows; there is nothing left that allauth should decide."""
        known = app.known
        claims = verified_claims(
            response.get("id_token"),
            discovery.keys_of(self.openid_config),
            issuer=known.issuer,
            client_id=known.client_id,
            nonce=self.state["nonce"],
        )
        if "email" not in claims and "userinfo_endpoint" in self.openid_config:
            claims = self._with_userinfo(claims, token)
        visitor = visitor_of(claims, known)
        if self.state["confirms"]:
            raise ImmediateHttpResponse(_confirmed(request, visitor, claims, self.state))
        raise ImmediateHttpResponse(_signed_in(request, visitor, known, self.state))

    def _with_userinfo(self, claims: dict[str, Any], token: str) -> dict[str, Any]:
        """Some providers tell the address only here (OpenID Connect 5.3); of the same person."""
        found = self._fetch_user_info(token)
        if found.get("sub") != claims["sub"]:
            raise _unfinished("userinfo")
        return {**found, **claims}


class _Return(OAuth2CallbackView):  # type: ignore[misc]
    def _get_state(self, request: HttpRequest, provider: DistrictProvider) -> Any:
        self.adapter.state, response = super()._get_state(request, provider)
        if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
            raise _unfinished("issuer")
        return self.adapter.state, response


def _provider(request: HttpRequest) -> DistrictProvider:
    known = identity_provider(os.environ)
    if known is None:
        raise NotSignedIn(
            OFF,
            why="Sign-in with a district account is turned off.",
            advice="Sign in with your password.",
        )
    return DistrictProvider(request, app=_app(known))


def _app(known: IdentityProvider) -> SocialApp:
    app = SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=known.issuer,
        name=known.title,
        client_id=known.client_id,
        secret=known.client_secret,
        settings={"server_url": known.issuer, "oauth_pkce_enabled": True, "scope": _SCOPE},
    )
    app.known = known
    return app


_SCOPE: Final = ["openid", "email", "profile"]


def _prompt(provider: DistrictProvider, confirms: bool) -> dict[str, str]:
    """Return how the provider shall ask: for the account on shared computers, or for a proof."""
    kind = provider.app.known.kind
    if not confirms:
        return {} if kind is Kind.OTHER else {"prompt": "select_account"}
    if kind is Kind.GOOGLE:  # knows no `login`; says when it asked where it is asked to say it
        return {"prompt": "select_account", "max_age": "0", "claims": AUTH_TIME}
    return {"prompt": "login", "max_age": "0"}


def _signed_in(
    request: HttpRequest, visitor: Visitor, known: IdentityProvider, state: dict[str, Any]
) -> HttpResponse:
    try:
        user = let_in(visitor, title=known.title)
    except NotSignedIn as error:
        error.subject = visitor.email
        raise
    if request.user.is_authenticated:
        get_account_adapter(request).logout(request)
    record_authentication(request, user, METHOD, provider=known.title)
    answer: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=state.get("next")
    )
    return answer


def _confirmed(
    request: HttpRequest, visitor: Visitor, claims: dict[str, Any], state: dict[str, Any]
) -> HttpResponse:
    """Go on with what was to be confirmed: the provider has just asked this very person."""
    is_same = SocialAccount.objects.filter(
        provider=visitor.issuer, uid=visitor.subject, user_id=request.user.pk
    ).exists()
    if not is_same or not hmac.compare_digest(str(request.user.pk), str(state["confirms"])):
        raise NotSignedIn(
            "other_account",
            why="That account isn't the one you are signed in with.",
            advice="Go back, and choose your own account.",
        )
    asked = claims.get("auth_time")
    if not isinstance(asked, int | float) or asked < state["asked_at"] - LEEWAY:
        raise NotSignedIn(
            "not_asked_again",
            why="Your district's sign-in didn't ask you to sign in again, so we can't be sure "
            "it's you.",
            advice="Confirm with your password, your app or a passkey. If you have no password, "
            "choose one: sign out, then “Forgot your password?”.",
        )
    record_authentication(request, request.user, METHOD, provider="confirmed", reauthenticated=True)
    next_url = state.get("next") or reverse("dashboard")
    request.GET = QueryDict(urlencode({"next": next_url}))  # where allauth looks for it
    answer: HttpResponse = resume_request(request) or redirect(next_url)
    return answer


def _absolute(request: HttpRequest, path: str) -> str:
    return str(request.build_absolute_uri(path))


def _unfinished(code: str) -> NotSignedIn:
    is_canceled = code == "cancelled"
    why = "You canceled the sign-in." if is_canceled else "This sign-in couldn't be finished."
    return NotSignedIn(code, why=why, advice="Start again from the sign-in page.")
