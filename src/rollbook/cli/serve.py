"""`rollbook serve`: the pages on a production server, with a worker inside."""

import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database, home
from rollbook.cli.console import plain_console, styled_console
from rollbook.cli.tls import NOT_STARTED, certificate, check_encrypted, check_setting
from rollbook.core.errors import UsageError
from rollbook.environ import read
from rollbook.service_manager import alive_every, notify
from rollbook.web.serving.tls import Certificate

HTTPS = 443
GRACE = 10.0
"""Seconds that a running import may take to end when the server is stopped."""
RESTART_AFTER = 2.0
"""Seconds until a worker that died is started again."""


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 for your whole network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Don't run imports here; `rollbook worker` does.")
    ] = False,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds to let a running import finish.")
    ] = GRACE,
    tls_cert: Annotated[
        Path | None, typer.Option(help="A certificate with its chain (PEM), for https.")
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(help="Its private key, readable by you alone.")
    ] = None,
    insecure_http: Annotated[
        bool,
        typer.Option(
            "--insecure-http",
            help="Allow unencrypted http on your network, to try things out.",
        ),
    ] = False,
) -> None:
    """Start the pages, with a worker for imports. Press Ctrl-C to stop."""
    given = certificate(tls_cert, tls_key)
    if given is not None:
        os.environ.setdefault("ROLLBOOK_TLS", "alone")
    check_port(host, port)
    with database(pages=True, keyed=True, stays=True):
        check_setting(given)
        if not insecure_http:
            check_encrypted(host)
        open_pages(host, port, has_worker=not no_worker, given=given, grace=grace)


def check_port(host: str, port: int) -> None:
    """Raise UsageError where nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise UsageError(
            what=f"Can't start the pages on port {port} of {host}: "
            f"{os.strerror(error.errno or 0)}.",
            means=NOT_STARTED,
            advice="Use another port with --port.",
        ) from error


def open_pages(
    host: str,
    port: int,
    *,
    has_worker: bool,
    given: Certificate | None = None,
    grace: float = GRACE,
) -> None:
    """Serve the pages on the database that is open, until the process is stopped."""
    from django.conf import settings
    from django.db import connections

    from rollbook.access.operations.factors import seal_factors

    address = _public_address(host, port)
    if not read(os.environ, "ROLLBOOK_URL"):
        settings.PUBLIC_URL = address
    seal_factors("rollbook serve")  # a backup of an earlier version has them in the clear
    _print_address(address)
    connections.close_all()  # each request opens its own
    with worker_beside(grace) if has_worker else nullcontext():
        _serve(host, port, given=given)


@contextmanager
def worker_beside(grace: float) -> Iterator[None]:
    """Keep a worker running in a process of its own until the block ends, and `grace` beyond."""
    over = threading.Event()
    current: list[subprocess.Popen[bytes]] = []
    words = [sys.executable, "-m", "rollbook", "worker", "--with-parent", "--grace", str(grace)]

    def keep() -> None:
        last_code = 0
        while not over.is_set():
            # Its standard input is a pipe of ours: it ends when we do, however we do.
            child = subprocess.Popen(  # noqa: S603
                words,
                stdin=subprocess.PIPE,
                stdout=sys.stderr,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            current[:] = [child]
            code = child.wait()
            if code != last_code and not over.is_set():
                _log_worker_end(code)
            last_code = code
            over.wait(RESTART_AFTER)

    keeper = threading.Thread(target=keep, name="worker keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        for child in current:
            child.terminate()
        keeper.join(timeout=grace + 20)


def _log_worker_end(code: int) -> None:
    # Once per kind of end, not every two seconds; what the worker itself says may hold a value.
    _log(
        f"The worker stopped (exit code {code}) and is starting again. Imports wait until then; "
        "nothing is lost. To see why, run `rollbook worker` in another window.",
        level=logging.ERROR,
    )


def _log(sentence: str, *, level: int) -> None:
    from django.conf import settings

    if settings.LOG_FORMAT == "json":
        logging.getLogger("rollbook.serve").log(level, sentence)
    else:
        plain_console(stderr=True).print(sentence, highlight=False, soft_wrap=True)


def _public_address(host: str, port: int) -> str:
    """Where a browser finds the pages: with TLS, under the first allowed name."""
    from django.conf import settings

    if settings.IS_TLS:
        is_usual = settings.TLS == "proxy" or port == HTTPS
        return f"https://{settings.ALLOWED_HOSTS[0]}" + ("" if is_usual else f":{port}")
    names = {"127.0.0.1": "localhost", "0.0.0.0": settings.ALLOWED_HOSTS[0]}  # noqa: S104
    return f"http://{names.get(host, host)}:{port}"


def _print_address(address: str) -> None:
    from django.conf import settings

    from rollbook.access.operations import has_administrator, make_first_link

    if settings.LOG_FORMAT == "json":
        _log(f"Rollbook is at {address}/", level=logging.INFO)
        if not has_administrator():  # a link that makes one has no place in collected logs
            _log(
                "No administrator yet. Add one with `rollbook admins add EMAIL`.",
                level=logging.WARNING,
            )
        return
    console = styled_console()
    console.print(f"\n  Rollbook is at [bold]{address}/[/bold]", highlight=False)
    if not has_administrator():
        token = make_first_link()
        console.print(
            "  Open this link to create the first administrator. It works once, within an hour:"
            f"\n\n  [bold]{address}/welcome/{token}/[/bold]",
            highlight=False,
            soft_wrap=True,
        )
    console.print("\n  Press Ctrl-C to stop.\n")


def _serve(host: str, port: int, *, given: Certificate | None) -> None:
    """Serve until a signal says that it is over; the second one does not wait for answers."""
    from django.core.wsgi import get_wsgi_application

    from rollbook.web.serving.log import PlaceAlone
    from rollbook.web.serving.server import PageServer, listen

    _open_more_files()
    tempfile.tempdir = str(home())  # what the server puts aside holds students' values
    logging.getLogger("waitress").addFilter(PlaceAlone())
    server = PageServer(get_wsgi_application(), listen(host, port), certificate=given)

    def end(*_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        server.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    notify("READY=1")
    threading.Thread(target=_say_alive, name="watchdog", daemon=True).start()
    server.run()
    notify("STOPPING=1")


def _open_more_files() -> None:
    """Let the process open as many files as it may: a slow upload takes two, its socket too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # a system that does not let it take "no limit"
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _say_alive() -> None:
    """Say so to a service manager that watches; the worker inside watches itself."""
    every = alive_every(os.environ)
    while every:
        notify("WATCHDOG=1")
        time.sleep(every)
