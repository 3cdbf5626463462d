"""An identity provider on loopback, over TLS: discovery, keys, authorize, token, userinfo.

It approves whoever comes. What it says, and how it signs, are its attributes.
"""

import base64
import hashlib
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.doubles.certificates import self_signed

CLIENT, SECRET = "rollbook", "a secret of the client: 100% of it"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What it is asked to say. `claims` go over those of an honest token; None takes one out."""

    issuer: str = ""
    trust: Path = Path()
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    key_name: str = "first"
    algorithm: str = "RS256"
    waits: float = 0.0
    padding: int = 0
    """Characters by which each document is larger."""
    document: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    """The queries of authorize."""
    calls: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    shown: str = "key"

    def visit(self, address: str) -> str:
        """Go to authorize as a browser does; return where it sends the browser."""
        context = ssl.create_default_context(cafile=str(self.trust))
        parts = urlsplit(address)
        connection = HTTPSConnection(parts.netloc, context=context, timeout=30)
        connection.request("GET", f"{parts.path}?{parts.query}")
        found = connection.getresponse().headers["Location"]
        connection.close()
        return str(found)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.document,
        }

    def keys(self) -> dict[str, Any]:
        shown = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**shown, "kid": self.key_name, "use": "sig", "alg": "RS256"}]}

    def authorize(self, query: dict[str, str]) -> str:
        self.asked.append(query)
        code = f"code-{len(self.asked)}"
        self.codes[code] = query
        told = {"code": code, "state": query["state"], "iss": self.issuer}
        return f"{query['redirect_uri']}?{urlencode(told)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        expected = urlencode({"": CLIENT})[1:] + ":" + urlencode({"": SECRET})[1:]
        if authorization != "Basic " + base64.b64encode(expected.encode()).decode() and (
            form.get("client_id"),
            form.get("client_secret"),
        ) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client", "error_description": "marker-of-provider"}
        query = self.codes.pop(form.get("code", ""), None)
        if query is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if proof != query["code_challenge"] or form["redirect_uri"] != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token(query)}

    def id_token(self, query: dict[str, str]) -> str:
        now = int(time.time())
        honest: dict[str, Any] = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1001", "exp": now + 300, "iat": now,
            "nonce": query["nonce"], "email": "ada@example.org", "email_verified": True,
        }  # fmt: skip
        if "max_age" in query:
            honest["auth_time"] = now if query.get("prompt") == "login" else now - 3600
        said = {k: v for k, v in (honest | self.claims).items() if v is not None}
        key: Any = self.key if self.algorithm.startswith(("RS", "PS")) else ""
        if self.algorithm == "HS256":
            key = SECRET
        return jwt.encode(said, key, self.algorithm, headers={"kid": self.key_name})


@contextmanager
def providing(folder: Path) -> Iterator[Provider]:
    """Serve a provider on loopback. Who trusts its certificate sets SSL_CERT_FILE to `trust`."""
    pair = self_signed(folder, "provider")
    found = Provider(trust=pair.chain)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            found.calls.append(parts.path)
            time.sleep(found.waits)
            if parts.path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", found.authorize(query))
                self.end_headers()
            elif parts.path == "/.well-known/openid-configuration":
                self.say(200, found.discovery())
            elif parts.path == "/keys":
                self.say(200, found.keys())
            elif parts.path == "/userinfo":
                self.say(200, found.userinfo)
            else:
                self.say(404, {})

        def do_POST(self) -> None:
            found.calls.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.say(*found.token(form, self.headers.get("Authorization", "")))

        def say(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode() + b" " * found.padding
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A caller that breaks off is what some tests are about."""

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pair.chain, pair.key)
    with Quiet(("127.0.0.1", 0), Handler) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        found.issuer = f"https://localhost:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join(30)
