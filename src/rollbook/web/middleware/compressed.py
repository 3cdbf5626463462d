"""Scripts, styles and pictures go out compressed. Pages do not: how short one becomes would tell
who can guess parts of it what else is in it (BREACH)."""

import gzip
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseFileResponse, WhiteNoiseMiddleware

_TEXTS: Final = ("text/", "application/javascript", "application/json", "image/svg+xml")
_LEAST: Final = 500
"""Bytes below which it is not worth it."""


class CompressedFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves files as WhiteNoise does; each text is compressed once in the life of the process."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._compressed: dict[str, bytes] = {}

    def __call__(self, request: HttpRequest) -> Any:
        response = super().__call__(request)
        is_text = response.get("Content-Type", "").startswith(_TEXTS)
        if not isinstance(response, WhiteNoiseFileResponse) or not is_text:
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        is_whole = request.method == "GET" and response.status_code == 200
        is_large = int(response.get("Content-Length", 0)) >= _LEAST
        if is_whole and is_large and _takes_gzip(request):
            return self._smaller(request.path_info, response)
        return response

    def _smaller(self, path: str, response: Any) -> HttpResponse:
        if path not in self._compressed:
            self._compressed[path] = gzip.compress(b"".join(response), mtime=0)
        response.close()
        smaller = HttpResponse(self._compressed[path])
        for name, value in response.headers.items():
            smaller[name] = value
        smaller["Content-Encoding"] = "gzip"
        smaller["Content-Length"] = str(len(self._compressed[path]))
        return smaller


def _takes_gzip(request: HttpRequest) -> bool:
    """Tell whether the browser asks for it; `gzip;q=0` says that it does not."""
    asked = request.headers.get("Accept-Encoding", "").replace(" ", "").split(",")
    return any(each == "gzip" or (each.startswith("gzip;q=") and each[7:] > "0") for each in asked)
