"""What allauth calls the provider with: the little that it asks of `requests`, with our limits."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any
from urllib.parse import quote_plus, urlencode

from requests.auth import HTTPBasicAuth, _basic_auth_str

from rollbook.access.identity_provider.calling import Answer, call
from rollbook.access.identity_provider.errors import ProviderMisconfigured


class Response:
    """An answer, which must be JSON."""

    headers: Mapping[str, str] = {"content-type": "application/json"}

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.status_code = answer.status
        self.content = b""
        """Nothing: allauth puts it into the text of an error."""

    def json(self) -> dict[str, Any]:
        return self._answer.document()

    def raise_for_status(self) -> None:
        if self.status_code != 200:
            raise ProviderMisconfigured(why=f"it answered {self.status_code}")


class GuardedSession:
    """GET and POST, each within the limits of `call`; raises its errors."""

    def __enter__(self) -> "GuardedSession":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is kept open."""

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Response:
        return Response(call(url, headers=headers or {}))

    def request(
        self,
        method: str,
        url: str,
        *,
        params: None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: HTTPBasicAuth | None = None,
    ) -> Response:
        told = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
        if auth is not None:  # each part encoded as in a form (RFC 6749, 2.3.1)
            told["authorization"] = _basic_auth_str(
                quote_plus(auth.username), quote_plus(auth.password)
            )
        return Response(call(url, body=urlencode(data or {}).encode(), headers=told))
