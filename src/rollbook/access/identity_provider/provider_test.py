"""What is wrong with an identity provider's settings, asked of it before people need it."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from rollbook.access.identity_provider.calling import call
from rollbook.access.identity_provider.discovery import keys_of, read_metadata
from rollbook.access.identity_provider.errors import ProviderUnreachable
from rollbook.access.identity_provider.kinds import IdentityProvider
from rollbook.core.errors import RollbookError

NO_CODE: Final = "rollbook-test"
"""A code that no provider has given. What it answers tells whether it knows our client."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was asked: how it went, in a sentence."""

    is_good: bool
    text: str


def tested(provider: IdentityProvider, *, redirect_address: str) -> list[Step]:
    """Ask the provider; return the steps, up to the first that failed."""
    try:
        found = read_metadata(provider.issuer)
        steps = [Step(True, "Found your provider.")]
        if keys_of(found):
            steps.append(Step(True, "It publishes its signing keys."))
        else:
            steps.append(
                Step(False, "It publishes no signing keys, so its answers can't be checked.")
            )
        steps.append(_client(provider, found, redirect_address))
    except RollbookError as error:
        return [Step(False, _sentence(error))]
    if not redirect_address.startswith("https://"):
        steps.append(
            Step(
                False,
                "The redirect address doesn't start with https://, which Google and Microsoft "
                "require. Serve Rollbook over https first.",
            )
        )
    return steps


def _client(provider: IdentityProvider, found: dict[str, Any], redirect_address: str) -> Step:
    """Send a code that cannot be good: a client that is known is told that, and no more."""
    body = {
        "grant_type": "authorization_code",
        "code": NO_CODE,
        "redirect_uri": redirect_address,
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = call(found["token_endpoint"], body=urlencode(body).encode(), headers=headers)
    fault = answer.document().get("error")
    if fault == "invalid_grant":
        return Step(True, "It accepts the client ID and the client secret.")
    if fault in ("invalid_client", "unauthorized_client"):
        return Step(False, "It doesn't accept the client ID or the client secret. Check both.")
    if fault == "redirect_uri_mismatch":
        return Step(
            False, "It doesn't know the redirect address. Add it there, exactly as shown here."
        )
    return Step(
        False,
        "It doesn't tell whether the client ID and secret are right. Save, then try to sign in.",
    )


def _sentence(error: RollbookError) -> str:
    why = str(error.details.get("why", "")) or error.message.what
    if isinstance(error, ProviderUnreachable):
        return f"Can't reach your provider: {why}. Check this server's DNS and firewall."
    return f"The provider doesn't work: {why}."
