"""Whether an ID token is the provider's, for us, for this sign-in and of now (OpenID Connect,
3.1.3.7)."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

import jwt

from rollbook.access.identity_provider.errors import NotSignedIn

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
"""Signatures with the provider's private key. None that our own secret could make."""
LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""
LONGEST: Final = 1 << 15
"""Characters of a token."""
LONGEST_SUBJECT: Final = 191
"""Characters; the specification allows 255 of ASCII, and none has been seen beyond 64."""


def verified_claims(
    id_token: object,
    keys: Sequence[Mapping[str, Any]],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
) -> dict[str, Any]:
    """Return what the token says. Raises NotSignedIn, never with a word of the token."""
    if not isinstance(id_token, str) or len(id_token) > LONGEST:
        raise _refused("no_token")
    try:
        header = jwt.get_unverified_header(id_token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise _refused("algorithm")
        claims = jwt.decode(
            id_token,
            key=_key(keys, header.get("kid"), algorithm),
            algorithms=[algorithm],
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError:
        raise _refused("expired") from None
    except jwt.InvalidSignatureError:
        raise _refused("signature") from None
    except jwt.InvalidIssuerError:
        raise _refused("issuer") from None
    except jwt.InvalidAudienceError:
        raise _refused("audience") from None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise _refused("token") from None
    _check_meant_for_us(claims, client_id)
    said = claims.get("nonce")
    if not _is_ascii(said) or not hmac.compare_digest(str(said), nonce):
        raise _refused("nonce")
    subject = claims["sub"]
    if not _is_ascii(subject) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise _refused("subject")
    return claims


def _is_ascii(text: object) -> bool:
    """As both are by their specification. The database takes no NUL and no half character."""
    return isinstance(text, str) and text.isascii() and text.isprintable()


def _key(keys: Sequence[Mapping[str, Any]], number: object, algorithm: str) -> Any:
    """Return the key that the token names; the only one where it names none."""
    family = "EC" if algorithm.startswith("ES") else "RSA"
    fitting = [
        each
        for each in keys
        if each.get("kty") == family
        and each.get("use", "sig") == "sig"
        and each.get("alg", algorithm) == algorithm
        and number in (None, each.get("kid"))
    ]
    if len(fitting) != 1:
        raise _refused("key")
    return jwt.PyJWK(dict(fitting[0]), algorithm=algorithm).key


def _check_meant_for_us(claims: Mapping[str, Any], client_id: str) -> None:
    """A token for several programs names the one that asked."""
    asked = claims.get("azp")
    if asked is None and isinstance(claims["aud"], list) and len(claims["aud"]) > 1:
        raise _refused("audience")
    if asked not in (None, client_id):
        raise _refused("audience")


def _refused(code: str) -> NotSignedIn:
    return NotSignedIn(
        f"token_{code}" if code != "no_token" else code,
        why="Your district's sign-in sent an answer that can't be trusted.",
        advice="Start again from the sign-in page. If it happens again, tell your administrator.",
    )
