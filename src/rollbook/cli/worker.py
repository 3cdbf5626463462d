"""`rollbook worker`: carries out what waits, as many as wanted on as many machines."""

import os
import signal
import threading
from typing import Annotated

import typer

from rollbook.cli.workplace import database


def worker(
    concurrency: Annotated[
        int, typer.Option(min=1, max=50, help="Imports of different feeds at once.")
    ] = 2,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds that a running import may take to end.")
    ] = 30.0,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", hidden=True, help="End where standard input closes.")
    ] = False,
) -> None:
    """Carry out waiting imports until it is told to end (Ctrl-C or SIGTERM)."""
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    with database():
        from rollbook.automation.worker import run_worker

        typer.echo("The worker is ready. End it with Ctrl-C.", err=True)
        run_worker(concurrency=concurrency, grace=grace, environ=os.environ)


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
