"""`rollbook worker`: carries out what waits, as many as wanted on as many machines."""

import logging
import os
import signal
import threading
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.service_manager import notify


def worker(
    concurrency: Annotated[
        int, typer.Option(min=1, max=50, help="How many imports to run at once.")
    ] = 2,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds to let a running import finish.")
    ] = 30.0,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", hidden=True, help="End where standard input closes.")
    ] = False,
) -> None:
    """Run imports without the pages, until you stop it with Ctrl-C."""
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    with database(keyed=True, stays=True):
        from rollbook.automation.worker import run_worker
        from rollbook.environ import largest_file

        largest_file(os.environ)  # a wrong one is refused now, not by each import
        _get_ready(is_inside=with_parent)
        if not with_parent:
            notify("READY=1")
        run_worker(concurrency=concurrency, grace=grace, environ=os.environ)


def _get_ready(*, is_inside: bool) -> None:
    """Log from now on; inside of `serve` to standard output, which that has made its own log."""
    from django.conf import settings

    from rollbook import logs

    logs.set_up(os.environ, stream="ext://sys.stdout" if is_inside else "ext://sys.stderr")
    if is_inside or settings.LOG_FORMAT == "json":
        logging.getLogger(logs.JOBS).info("the worker is ready")
    else:
        typer.echo("The worker is ready. Press Ctrl-C to stop it.", err=True)


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
