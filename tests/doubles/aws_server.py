"""AWS on loopback for other processes: moto's server, and an endpoint that takes calls.

moto itself would run a function in a container, which is not what is tried here.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import requests
from moto.server import ThreadedMotoServer

REGION: Final = "us-west-2"
NOBODY: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
"""Credentials that are none, for any process that talks to the servers here."""


@contextmanager
def aws_on_loopback() -> Iterator[dict[str, str]]:
    """Yield the environment with which a process takes moto for AWS."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        # Its servers of one process share what they keep.
        requests.post(f"http://{host}:{port}/moto-api/reset", timeout=60).raise_for_status()
        yield NOBODY | {"AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    finally:
        server.stop()


@dataclass
class Calls:
    """Calls of functions, as they came in: name, how, event."""

    environ: dict[str, str]
    taken: list[tuple[str, str, Any]] = field(default_factory=list)
    refusal: str = ""
    """The code with which each call is refused; "": none is."""
    on_call: Callable[[], None] = lambda: None
    carry_out: Callable[[Any], object] | None = None
    """What a call is given to, after it was answered; None: to nothing."""
    _one_by_one: threading.Lock = field(default_factory=threading.Lock)

    def give(self, event: Any) -> None:
        if self.carry_out is not None:
            with self._one_by_one:
                self.carry_out(event)


@contextmanager
def calls_on_loopback() -> Iterator[Calls]:
    """Take calls of functions as AWS does: at once, whatever becomes of them."""
    calls = Calls({})

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            calls.on_call()
            name = self.path.split("/")[3]
            if not calls.refusal:
                calls.taken.append((name, self.headers["X-Amz-Invocation-Type"], event))
            self.send_response(403 if calls.refusal else 202)
            if calls.refusal:
                self.send_header("X-Amzn-ErrorType", calls.refusal)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
            if not calls.refusal:
                threading.Thread(target=calls.give, args=(event,), daemon=True).start()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    calls.environ |= NOBODY | {
        "AWS_ENDPOINT_URL_LAMBDA": f"http://127.0.0.1:{server.server_address[1]}",
        "ROLLBOOK_RUNNER": "lambda",
        "ROLLBOOK_LAMBDA_FUNCTION": "importer",
    }
    try:
        yield calls
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
