"""The step of a deployment that migrates, against a small CloudFormation on loopback."""

import io
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest

from infra import migration_step


class CloudFormation(HTTPServer):
    """Takes the answers that steps put to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.answers: list[dict[str, Any]] = []

    def event(self, kind: str) -> dict[str, Any]:
        return {
            "RequestType": kind,
            "ResponseURL": f"http://127.0.0.1:{self.server_port}/answer",
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "step",
        }


class _Taking(BaseHTTPRequestHandler):
    server: CloudFormation

    def do_PUT(self) -> None:
        size = int(self.headers["Content-Length"])
        self.server.answers.append(json.loads(self.rfile.read(size)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Lambda:
    """Answers an invocation as the service does, or fails as it does."""

    def __init__(self, answer: Any, *, error: str = "", refused: bool = False) -> None:
        self.answer, self.error, self.refused = answer, error, refused
        self.invoked: list[dict[str, Any]] = []

    def invoke(self, **given: Any) -> dict[str, Any]:
        self.invoked.append(given)
        if self.refused:
            raise TimeoutError
        payload = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        return payload | ({"FunctionError": self.error} if self.error else {})


@pytest.fixture
def cloudformation() -> Iterator[CloudFormation]:
    with CloudFormation() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def step(
    patch: pytest.MonkeyPatch, server: CloudFormation, service: Lambda, kind: str = "Update"
) -> dict[str, Any]:
    patch.setenv("MIGRATION", "the-migration")
    patch.setattr(boto3, "client", lambda name, config: service)
    migration_step.handler(server.event(kind), None)
    (answer,) = server.answers
    return answer


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_version_is_deployed_after_the_database_was_migrated(
    kind: str, monkeypatch: pytest.MonkeyPatch, cloudformation: CloudFormation
) -> None:
    service = Lambda({"ok": True, "did": [], "next_attempt_at": None})
    answer = step(monkeypatch, cloudformation, service, kind)
    assert service.invoked == [{"FunctionName": "the-migration", "Payload": '{"do": "migrate"}'}]
    assert answer["Status"] == "SUCCESS"
    assert (answer["StackId"], answer["RequestId"]) == ("stack", "request")
    assert answer["LogicalResourceId"] == "step"


@pytest.mark.parametrize(
    ("service", "told"),
    [
        (Lambda({"errorMessage": "The tables are newer."}, error="Unhandled"), "tables are newer"),
        (Lambda({"ok": False}), "not put in place"),
        (Lambda({}), "not put in place"),
        (Lambda(None, refused=True), "TimeoutError"),
        (Lambda("odd"), "not put in place"),
        (Lambda({"errorMessage": "x" * 5000}, error="Unhandled"), "xxx"),
    ],
    ids=["an error", "not done", "nothing said", "no answer", "odd", "long"],
)
def test_with_a_migration_fails_the_deployment_and_says_why(
    service: Lambda, told: str, monkeypatch: pytest.MonkeyPatch, cloudformation: CloudFormation
) -> None:
    answer = step(monkeypatch, cloudformation, service)
    assert answer["Status"] == "FAILED"
    assert told in answer["Reason"]
    # CloudFormation takes an answer of 4,096 bytes.
    assert len(json.dumps(answer)) < 4096


def test_a_stack_that_goes_migrates_nothing(
    monkeypatch: pytest.MonkeyPatch, cloudformation: CloudFormation
) -> None:
    service = Lambda({"ok": False})
    assert step(monkeypatch, cloudformation, service, "Delete")["Status"] == "SUCCESS"
    assert service.invoked == []


def test_the_step_fits_into_a_template() -> None:
    assert len(Path(migration_step.__file__).read_text()) <= 4096
