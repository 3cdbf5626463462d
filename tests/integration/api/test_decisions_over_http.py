"""Over the API of a running server a held import is applied, and every answer has a HEAD."""

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


def test_a_held_import_is_applied_and_ends_well(rollbook: CommandLine, tmp_path: Path) -> None:
    rows = [student(number) for number in range(1, 21)]
    rows[5:10] = [f",{row.split(',', 1)[1]}" for row in rows[5:10]]
    held = rollbook.json("import", write_csv(tmp_path / "held.csv", *rows), code=7)["job"]
    assert rollbook("admins", "add", "ada@example.org", stdin=f"{PASSWORD}\n").code == 0
    token = rollbook("tokens", "add", "decider", "--scope", "admin").out.strip()
    with serving(rollbook, tmp_path / "serve.log") as site:
        address = f"{site.url}/api/admin/import/jobs/{held}"
        assert ask(address, token)["status"] == "held"
        body = {"reason": "Five are visitors"}
        assert ask(f"{address}/approve", token, body)["job"] == held
        deadline = time.monotonic() + 120
        while (job := ask(address, token))["status"] in ("pending", "running", "held"):
            assert time.monotonic() < deadline, job
            time.sleep(0.2)
        assert (job["status"], job["stored"], job["counts"]["inserted"]) == ("completed", True, 15)
        head, rest = bare(address, token)
        assert head.startswith(b"HTTP/1.1 200 ")
        assert (b"content-type: application/json" in head.lower(), rest) == (True, b"")


def ask(address: str, token: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    asked = urllib.request.Request(
        address,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


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
