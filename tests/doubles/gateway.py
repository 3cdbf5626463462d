"""Requests as a function URL gives them to a function, and its answers as a browser gets them."""

import base64
import json
import ssl
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from tests.doubles.certificates import self_signed
from tests.doubles.lambda_runtime import Answered, Function

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
        event = request_event(
            method,
            path,
            headers=headers,
            cookies=[f"{name}={value}" for name, value in self.cookies.items()],
            body=body,
            address=self.address,
        )
        assert len(json.dumps(event)) < LARGEST
        said = self.pages(event, seconds=30).did
        assert len(json.dumps(said)) < LARGEST
        for each in said["cookies"]:
            self.cookies |= {name: kept.value for name, kept in SimpleCookie(each).items()}
        found = said["body"]
        content = base64.b64decode(found) if said["isBase64Encoded"] else found.encode()
        return Answer(said["statusCode"], said["headers"], content, said["cookies"])


@contextmanager
def bridge(pages: Callable[[Any], Answered], folder: Path) -> Iterator[str]:
    """Let a real browser ask a function for pages over TLS on loopback; yield their address."""
    server = _Server(("127.0.0.1", 0), _gateway(pages))
    server.daemon_threads = True
    certificate = self_signed(folder, "gateway")
    how = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    how.load_cert_chain(certificate.chain, certificate.key)
    server.socket = how.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A browser that accepts the certificate only later breaks its first connection off."""
        if not isinstance(sys.exception(), OSError):
            traceback.print_exc()


def _gateway(pages: Callable[[Any], Answered]) -> type[BaseHTTPRequestHandler]:
    class Gateway(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet

        def answer(self) -> None:
            event = self.event()
            if len(json.dumps(event)) > LARGEST:
                self.give(413, {"content-type": "application/json"}, b"{}", [])
                return
            said = pages(event).did
            found = said["body"]
            content = base64.b64decode(found) if said["isBase64Encoded"] else found.encode()
            self.give(said["statusCode"], said["headers"], content, said["cookies"])

        do_GET = do_POST = do_HEAD = answer  # noqa: N815 - the server's names

        def event(self) -> dict[str, Any]:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            return request_event(
                self.command,
                self.path,
                cookies=[each for each in headers.pop("cookie", "").split("; ") if each],
                headers=headers,
                body=body,
                address=self.client_address[0],
                host=headers["host"],
            )

        def give(
            self, status: int, headers: dict[str, str], content: bytes, cookies: list[str]
        ) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            for cookie in cookies:
                self.send_header("Set-Cookie", cookie)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Gateway


def request_event(
    method: str,
    path: str,
    *,
    headers: dict[str, str],
    cookies: list[str],
    body: bytes,
    address: str,
    host: str = HOST,
) -> dict[str, Any]:
    """Return a request as a function URL or an HTTP API gives it to a function (version 2.0)."""
    route, _, query = path.partition("?")
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": route,
        "rawQueryString": query,
        "headers": headers,
        "cookies": cookies,
        "requestContext": {
            "domainName": host,
            "http": {
                "method": method,
                "path": route,
                "protocol": "HTTP/1.1",
                "sourceIp": address,
                "userAgent": headers.get("user-agent", ""),
            },
            "stage": "$default",
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
