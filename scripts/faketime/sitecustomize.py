"""Python's start under libfaketime, which refuses the call that `time.sleep` makes.

`time.sleep` waits for a moment of the monotonic clock. libfaketime leaves that clock alone, as it
has to for locks to work, but still shifts the moment by the other clock's offset. A lock is waited
for by the same clock, without that fault.
"""

import threading
import time
from typing import SupportsIndex


def sleep(seconds: float | SupportsIndex, /) -> None:
    """Wait as `time.sleep` does."""
    if float(seconds) < 0:
        raise ValueError("sleep length must be non-negative")
    threading.Event().wait(float(seconds))


time.sleep = sleep
