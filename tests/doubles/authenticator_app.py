"""The app on a phone that shows the digits of a second factor."""

import base64
import hashlib
import hmac
import struct
from time import sleep, time
from typing import Final

PERIOD: Final = 30
"""Seconds for which the digits hold; RFC 6238."""
TYPING: Final = 10
"""Seconds that sending them may take on a busy machine."""


def code_for(secret: str) -> str:
    """Return the digits for now; wait for the next ones where these are about to end."""
    left = PERIOD - time() % PERIOD
    if left < TYPING:
        sleep(left)
    message = struct.pack(">Q", int(time()) // PERIOD)
    digest = hmac.new(base64.b32decode(secret), message, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
