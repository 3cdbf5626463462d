"""What a running server says on its standard error and about itself."""

import http.client
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.doubles.ports import free_port
from tests.functional.conftest import answers
from tests.integration.cli.commands import CommandLine

BREAKS_OFF = """
import sys

from rollbook.cli import serve
from rollbook.cli.main import run

serve_pages = serve._serve


def with_a_download_that_breaks_off(host, port, **options):
    from django.http import StreamingHttpResponse
    from django.urls import path

    from rollbook.project import urls

    def lines():
        yield "Student ID"
        raise ValueError("marker-of-a-student")

    view = lambda request: StreamingHttpResponse(lines())
    urls.urlpatterns.insert(0, path("breaks-off/", view))
    return serve_pages(host, port, **options)


serve._serve = with_a_download_that_breaks_off
sys.exit(run(sys.argv[1:]))
"""


@contextmanager
def served(
    rollbook: CommandLine,
    folder: Path,
    *options: str,
    environ: Mapping[str, str] | None = None,
    script: Path | None = None,
) -> Iterator[tuple[str, Path]]:
    """The address of a server and the file of what it says."""
    log, port = folder / "serve.log", free_port()
    words = rollbook.words("serve", "--port", str(port), *options)
    if script:
        words = [sys.executable, str(script), *words[3:]]
    with log.open("wb") as said:
        process = subprocess.Popen(
            words,
            env=rollbook.environment() | dict(environ or {}),
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=120)


def test_a_download_that_breaks_off_logs_no_value_and_no_query(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    script = tmp_path / "breaks_off.py"
    script.write_text(BREAKS_OFF)
    with served(rollbook, tmp_path, "--no-worker", script=script) as (url, log):
        with suppress(urllib.error.URLError, http.client.HTTPException, ConnectionError):
            urllib.request.urlopen(f"{url}/breaks-off/?q=marker-of-a-query", timeout=60).read()
        deadline = time.monotonic() + 60
        while "ValueError at" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
    assert "marker" not in log.read_text()


def test_behind_tls_the_printed_address_is_the_one_that_browsers_use(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    environ = {"ROLLBOOK_TLS": "proxy", "ROLLBOOK_ALLOWED_HOSTS": "rollbook.example.org"}
    with served(rollbook, tmp_path, "--no-worker", environ=environ) as (url, log):
        found = re.search(r"https://rollbook\.example\.org(/welcome/\S+/)", log.read_text())
        assert found
        through_proxy = {"Host": "rollbook.example.org", "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(url + found[1], headers=through_proxy)
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert "Create your account" in answer.read().decode()


def test_a_worker_that_cannot_run_is_reported_once(rollbook: CommandLine, tmp_path: Path) -> None:
    queue = tmp_path / "first" / "procrastinate"
    queue.mkdir(parents=True)
    (queue / "__init__.py").write_text("raise RuntimeError('marker-of-a-student')")
    environ = {"PYTHONPATH": f"{queue.parent}:{rollbook.environment().get('PYTHONPATH', '')}"}
    with served(rollbook, tmp_path, environ=environ) as (_, log):
        deadline = time.monotonic() + 60
        while "The worker stopped" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        time.sleep(6)
    assert log.read_text().count("The worker stopped") == 1
    assert "marker" not in log.read_text()
