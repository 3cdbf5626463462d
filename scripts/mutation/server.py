"""A migrated database server for tests, until the standard input ends; its address comes first."""

import signal
import sys

from tests.database import migrated_template, running_server


def end_in_order_at_sigterm() -> None:
    """Let what was begun be ended too: a server that is left behind takes its memory with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


if __name__ == "__main__":
    end_in_order_at_sigterm()
    with running_server() as url:
        migrated_template(url)
        print(url, flush=True)
        sys.stdin.read()
