"""The pages out of the zip: cold, and warm against `rollbook serve`, in turn.

The function runs under Lambda's own client on this machine, so a cold start is that of the client
and of our code, not of AWS's machine.
"""

import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
import zipfile
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from measuring import new_database, print_table, workplace

from rollbook.core.secrets.key import write_key

sys.path.insert(0, str(Path(__file__).parents[1]))
from scripts.lambda_zip import REQUIREMENTS, install
from tests.doubles.gateway import HOST, Browser
from tests.doubles.lambda_runtime import Built, Function, function
from tests.doubles.ports import free_port

PASSWORD = "a long enough sentence"
PERSON = "ada@example.org"
PAGES = ("/settings/", "/feeds/", "/imports/", "/")
HANDLER = "rollbook.aws.pages.handler"
WARM = 15
"""Requests of each page, in each round, by turns."""


def main(packed: Path, rounds: int) -> None:
    """Print the medians, and how long the function takes for each second of the server."""
    with workplace() as (folder, url):
        with zipfile.ZipFile(packed) as opened:
            opened.extractall(folder / "task")
        install(REQUIREMENTS / "lambda-runtime.txt", folder / "client")
        built = Built(folder / "task", folder / "client")
        environ = _environ(folder, new_database(url))
        _rollbook(environ, "admins", "add", PERSON)
        cold, worked, warm = _measure(built, environ, rounds=rounds)
    rows = [
        ["/settings/, cold: from its process to its answer", f"{cold:.2f} s", "", ""],
        ["the same, processor time", f"{worked:.2f} s", "", ""],
    ]
    for page, (here, there) in warm.items():
        rows.append([page, f"{here * 1e3:.0f} ms", f"{there * 1e3:.0f} ms", f"{here / there:.2f}"])
    print_table(("page", "function", "`rollbook serve`", "ratio"), rows)
    print(f"\nLoad at the end: {os.getloadavg()[0]:.1f}")


def _environ(folder: Path, url: str) -> dict[str, str]:
    home = folder / "homes"
    home.mkdir(mode=0o700)
    write_key(home / "secret.key", bytes(32))
    return {
        "DATABASE_URL": url,
        "ROLLBOOK_HOME": str(home),
        "ROLLBOOK_SECRET_KEY": (home / "secret.key").read_text().strip(),
        "ROLLBOOK_ALLOWED_HOSTS": f"{HOST},127.0.0.1,localhost",
    }


def _rollbook(environ: dict[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "rollbook", *words],
        input=f"{PASSWORD}\n{PASSWORD}\n",
        text=True,
        check=True,
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
    )


def _measure(
    built: Built, environ: dict[str, str], *, rounds: int
) -> tuple[float, float, dict[str, tuple[float, float]]]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "rollbook", "serve", "--no-worker", "--port", str(port)],
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with function(built, environ, HANDLER) as pages:
            browser = _signed_in(pages)
            cold = [_cold(built, environ, browser) for _ in range(rounds)]
            there = _Machine(f"http://localhost:{port}")
            warm = {page: _warm(browser, there, page, count=rounds * WARM) for page in PAGES}
    finally:
        server.terminate()
        server.wait()
    took, worked = zip(*cold, strict=True)
    return statistics.median(took), statistics.median(worked), warm


def _signed_in(pages: Function) -> Browser:
    browser = Browser(pages)
    token = _token(browser.get("/account/sign-in/").text)
    browser.post("/account/sign-in/", login=PERSON, password=PASSWORD, csrfmiddlewaretoken=token)
    assert browser.get("/settings/").status == 200
    return browser


def _token(page: str) -> str:
    [found] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[:1]
    return str(found)


def _cold(built: Built, environ: dict[str, str], browser: Browser) -> tuple[float, float]:
    begun = time.perf_counter()
    with function(built, environ, HANDLER) as pages:
        answer = Browser(pages, cookies=dict(browser.cookies)).get("/settings/")
        took = time.perf_counter() - begun
        worked = _processor_time(pages.process.pid)
    assert answer.status == 200
    return took, worked


def _processor_time(process: int) -> float:
    """Return the seconds that a process has worked; waiting for a busy machine is not in them."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


class _Machine:
    """A browser of `rollbook serve`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        deadline = time.monotonic() + 60
        while True:
            try:
                token = _token(self.get("/account/sign-in/"))
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        fields = {"login": PERSON, "password": PASSWORD, "csrfmiddlewaretoken": token}
        self._opener.open(f"{url}/account/sign-in/", urlencode(fields).encode()).close()

    def get(self, path: str) -> str:
        with self._opener.open(f"{self._url}{path}") as answer:
            assert answer.geturl() == f"{self._url}{path}", answer.geturl()
            return str(answer.read().decode())


def _warm(browser: Browser, there: _Machine, page: str, *, count: int) -> tuple[float, float]:
    ours, theirs = [], []
    for _ in range(count):
        begun = time.perf_counter()
        assert browser.get(page).status == 200
        between = time.perf_counter()
        there.get(page)
        ours.append(between - begun)
        theirs.append(time.perf_counter() - between)
    return statistics.median(ours), statistics.median(theirs)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
