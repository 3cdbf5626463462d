"""The running server keeps to its own OpenAPI document, whatever is asked: by Schemathesis."""

import subprocess
import sys
from pathlib import Path

from tests.functional.conftest import serving
from tests.integration.cli.commands import CommandLine

PASSWORD = "a long enough sentence"
SECONDS = 200
"""At most, on a busy machine; it takes some 20."""


def test_the_server_keeps_to_its_document(rollbook: CommandLine, tmp_path: Path) -> None:
    assert rollbook("admins", "add", "ada@example.org", stdin=f"{PASSWORD}\n").code == 0
    scopes = ("--scope", "admin", "--scope", "students")
    token = rollbook("tokens", "add", "schemathesis", *scopes).out.strip()
    with serving(rollbook, tmp_path / "serve.log") as site:
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")),
                "run",
                f"{site.url}/api/openapi.json",
                *("--header", f"Authorization: Bearer {token}"),
                *("--phases", "examples,coverage", "--max-examples", "1", "--seed", "1"),
                # Whether an import can be decided on is no matter of the document.
                *("--exclude-checks", "positive_data_acceptance"),
                *("--suppress-health-check", "all", "--no-color", "--request-timeout", "60"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert done.returncode == 0, done.stdout
    assert "Internal Server Error" not in (tmp_path / "serve.log").read_text()
