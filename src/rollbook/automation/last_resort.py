"""The end of a worker that was told to end and does not.

In Python 3.11 a cancelled task may go on, where what it waits for comes in the same moment. Our own
are cancelled until they end (`threads.end_task`); where one of the queue's goes on, a service
manager would wait for it without end.
"""

import logging
import os
import threading
from typing import Final

from rollbook import logs

UNWINDING: Final = 20.0
"""Seconds to end in, once running imports have ended."""


def end_process(*, within: float) -> None:
    """End this process after so many seconds, if it is still there then.

    Children end with it and roll back; the next worker finds their jobs, and tries them again.
    """

    def give_up() -> None:
        logging.getLogger(logs.JOBS).warning("This worker couldn't end, and was ended.")
        os._exit(1)

    timer = threading.Timer(within, give_up)
    timer.daemon = True  # it keeps no process that ends on its own
    timer.start()
