"""Requests as a function URL gives them to a function, and its answers as a browser gets them."""

import base64
import json
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode

from tests.doubles.lambda_runtime import Function

HOST: Final = "pages.lambda-url.us-west-2.on.aws"
LARGEST: Final = 6 << 20
"""Bytes of a request or an answer, as Lambda has it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser gets."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: list[str]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """Asks for pages, keeps cookies, and says in the headers what a liar would."""

    pages: Function
    address: str = "203.0.113.7"
    cookies: dict[str, str] = field(default_factory=dict)
    lies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        return self.ask("POST", path, urlencode(fields).encode())

    def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        route, _, query = path.partition("?")
        headers = {
            "host": HOST,
            "x-forwarded-for": self.address,
            "x-forwarded-proto": "https",
            "accept-encoding": "gzip",
            "referer": f"https://{HOST}/",
            "user-agent": "test",
            **self.lies,
        }
        if body:
            headers["content-type"] = "application/x-www-form-urlencoded"
            headers["content-length"] = str(len(body))
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": route,
            "rawQueryString": query,
            "headers": headers,
            "cookies": [f"{name}={value}" for name, value in self.cookies.items()],
            "requestContext": {
                "domainName": HOST,
                "http": {
                    "method": method,
                    "path": route,
                    "protocol": "HTTP/1.1",
                    "sourceIp": self.address,
                    "userAgent": "test",
                },
                "stage": "$default",
            },
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        assert len(json.dumps(event)) < LARGEST
        said = self.pages(event, seconds=30).did
        assert len(json.dumps(said)) < LARGEST
        for each in said["cookies"]:
            self.cookies |= {name: kept.value for name, kept in SimpleCookie(each).items()}
        found = said["body"]
        content = base64.b64decode(found) if said["isBase64Encoded"] else found.encode()
        return Answer(said["statusCode"], said["headers"], content, said["cookies"])
