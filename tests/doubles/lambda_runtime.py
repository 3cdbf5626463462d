"""A function out of its zip, under the client with which AWS itself runs it, on loopback.

The endpoint gives out one event after the other and takes what comes of each, as Lambda's does. It
has no clock: that the deadline has passed ends nothing.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from scripts.lambda_zip import python, with_python

API: Final = "/2018-06-01/runtime/"


@dataclass(frozen=True, slots=True)
class Built:
    """A zip as Lambda unpacks it, and the client that runs what is in it."""

    task: Path
    client: Path


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one event: the answer, or the error as the runtime was told of it."""

    answer: dict[str, Any] | None
    error: dict[str, Any] | None

    @property
    def did(self) -> dict[str, Any]:
        """The answer of a function that has not failed."""
        assert self.error is None, self.error
        assert self.answer is not None
        return self.answer


class Function:
    """One function, warm after its first event."""

    def __init__(self, built: Built, handler: str, environ: Mapping[str, str]) -> None:
        self._events: queue.Queue[tuple[bytes, float]] = queue.Queue()
        self._answers: queue.Queue[Answered] = queue.Queue()
        self._alone = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._endpoint())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        host, port = self._server.server_address[:2]
        self.process = subprocess.Popen(
            [*python(), "-m", "awslambdaric", handler],
            cwd=built.task,
            env=_machine() | dict(environ) | {
                "PYTHONPATH": str(built.client),
                "AWS_LAMBDA_RUNTIME_API": f"{host!s}:{port}",
                "AWS_LAMBDA_FUNCTION_NAME": "rollbook",
                "LAMBDA_TASK_ROOT": str(built.task),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.log: list[str] = []
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()

    def begin(self, event: object, *, seconds: float = 900.0) -> None:
        """Send an event that may work for so many seconds, and do not wait for its answer."""
        self._events.put((json.dumps(event).encode(), time.time() + seconds))

    def answer(self, *, patience: float = 90.0) -> Answered:
        """Wait for the answer to the event that was begun."""
        return self._answers.get(timeout=patience)

    def __call__(self, event: object, *, seconds: float = 900.0) -> Answered:
        """Send an event and wait for its answer, after those that are under way: an instance has
        one at a time, and answers do not say whose they are."""
        with self._alone:
            self.begin(event, seconds=seconds)
            return self.answer()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self._server.shutdown()
        self._server.server_close()

    def _read_log(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.log.append(line.decode(errors="replace").rstrip("\n"))

    def _endpoint(self) -> type[BaseHTTPRequestHandler]:
        events, answers = self._events, self._answers

        class Endpoint(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                event, deadline = events.get()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", f"{deadline}")
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int(deadline * 1000)))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:test")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(event)))
                self.end_headers()
                self.wfile.write(event)

            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
                if self.path.endswith("/response"):
                    answers.put(Answered(said, None))
                else:
                    answers.put(Answered(None, said))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Endpoint


@contextmanager
def function(
    built: Built, environ: Mapping[str, str], handler: str = "rollbook.aws.importer.handler"
) -> Iterator[Function]:
    """Run a function; nothing of it is left at the end."""
    running = Function(built, handler, environ)
    try:
        yield running
    finally:
        running.close()
        sys.stderr.write("\n".join(running.log))


def _machine() -> dict[str, str]:
    """What a function's process has of this machine: no setting of ours, no credentials."""
    kept = with_python()
    return {
        name: value
        for name, value in kept.items()
        if name in ("PATH", "LANG", "LC_ALL", "PYENV_VERSION", "PYENV_ROOT", "HOME")
        or name.startswith(("LD_PRELOAD", "FAKE"))
    } | {"TMPDIR": os.environ.get("TMPDIR", "/tmp")}
