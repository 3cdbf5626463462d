"""Over the API of a running server: a file is sent, held, looked at, applied, and ends well."""

import json
import socket
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.functional.conftest import serving
from tests.integration.cli.commands import CommandLine, student, write_csv

PASSWORD = "a long enough sentence"
WAITS = ("pending", "running")


def test_a_file_that_is_sent_and_held_is_applied_and_ends_well(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rows = [student(number) for number in range(1, 21)]
    rows[5:10] = [f",{row.split(',', 1)[1]}" for row in rows[5:10]]
    file = write_csv(tmp_path / "held.csv", *rows)
    assert rollbook("admins", "add", "ada@example.org", stdin=f"{PASSWORD}\n").code == 0
    token = rollbook("tokens", "add", "decider", "--scope", "admin").out.strip()
    with serving(rollbook, tmp_path / "serve.log") as site:
        jobs = f"{site.url}/api/admin/import/jobs"
        sent = upload(f"{site.url}/api/admin/import/upload", token, file)
        assert sent == upload(f"{site.url}/api/admin/import/upload", token, file)
        address = f"{jobs}/{sent['job']}"
        assert ended(address, token)["status"] == "held"
        issues = ask(f"{address}/issues?severity=error", token)["items"]
        assert [issue["row"] for issue in issues] == [7, 8, 9, 10, 11]
        body = {"reason": "Five are visitors", "expect": True}
        assert ask(f"{address}/approve", token, body)["job"] == sent["job"]
        job = ended(address, token)
        assert (job["status"], job["stored"], job["counts"]["inserted"]) == ("completed", True, 15)
        assert fetched(f"{address}/fixit", token).count(b"\r\n") == 6
        versions = rollbook("feeds", "versions", "files").out
        assert ("rejected_limit" in versions, "Five are visitors" in versions) == (True, True)
        head, rest = bare(address, token)
        assert head.startswith(b"HTTP/1.1 200 ")
        assert (b"content-type: application/json" in head.lower(), rest) == (True, b"")


def ended(address: str, token: str) -> dict[str, Any]:
    """Ask as a program does, until the import waits for no one."""
    deadline = time.monotonic() + 120
    while (job := ask(address, token))["status"] in WAITS:
        assert time.monotonic() < deadline, job
        time.sleep(0.2)
    return job


def upload(address: str, token: str, file: Path) -> dict[str, Any]:
    """Send the file as a form, always with the same idempotency key."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
    body = head.encode() + file.read_bytes() + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Idempotency-Key": "night-1"}
    return dict(json.loads(fetched(address, token, body, **headers)))


def ask(address: str, token: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    sent = None if body is None else json.dumps(body).encode()
    return dict(json.loads(fetched(address, token, sent, **{"Content-Type": "application/json"})))


def fetched(address: str, token: str, body: bytes | None = None, **headers: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}"} | headers
    asked = urllib.request.Request(address, data=body, headers=headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return bytes(answer.read())


def bare(address: str, token: str) -> tuple[bytes, bytes]:
    """Return head and body of what a HEAD gets, whatever the server sends."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as wire:
        lines = [
            f"HEAD {parts.path} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"Authorization: Bearer {token}",
            "Connection: close",
        ]
        wire.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        got = b"".join(iter(lambda: wire.recv(65536), b""))
    head, _, rest = got.partition(b"\r\n\r\n")
    return head, rest
