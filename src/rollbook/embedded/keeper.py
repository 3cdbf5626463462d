"""Starts the server again where it dies under a command that stays, such as `rollbook serve`."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rollbook.embedded.cluster import Cluster
from rollbook.embedded.errors import EmbeddedError

LOOKED_EVERY: Final = 2.0
LONGEST_PAUSE: Final = 300.0
"""Seconds. After each start the pause before the next one doubles, so that a server that cannot
stay up does not keep the machine busy."""
STEADY: Final = 600.0
"""Seconds after which a server that has stayed up is trusted again."""

_logger = logging.getLogger("rollbook.embedded")


@contextmanager
def kept_running(cluster: Cluster, start: Callable[[], None]) -> Iterator[None]:
    """Start the server again, by `start`, whenever it is not there, until the block ends.

    Another user of it may be quicker; `start` takes the lock and then finds it running.
    """
    over = threading.Event()
    keeper = threading.Thread(
        target=_keep, args=(cluster, start, over), name="database keeper", daemon=True
    )
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(cluster: Cluster, start: Callable[[], None], over: threading.Event) -> None:
    pause, started_at = LOOKED_EVERY, -STEADY
    while not over.wait(pause if not cluster.is_ready() else LOOKED_EVERY):
        if cluster.is_ready():
            continue
        pause = LOOKED_EVERY if time.monotonic() - started_at > STEADY else pause * 2
        pause, started_at = min(pause, LONGEST_PAUSE), time.monotonic()
        try:
            start()
        except EmbeddedError as error:
            _logger.error("The embedded PostgreSQL has ended. %s", error)
        else:
            _logger.error(
                "The embedded PostgreSQL had ended, and was started again. What was stored is "
                "there; an import that was running is tried again. Its log is in postgres/log, "
                "beside the data. Often the machine had no memory left."
            )
