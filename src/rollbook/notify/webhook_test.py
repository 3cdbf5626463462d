"""A message that is sent to a feed's webhook at once, to see whether it arrives."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from rollbook.notify.webhook_call import WebhookCall, call_webhook
from rollbook.notify.webhook_outbox import allowed_networks
from rollbook.records.operations.webhooks import note_webhook_tried

TYPE: Final = "test"
"""The message's type; its data is the feed's name alone."""


def send_test_message(name: str, *, environ: Mapping[str, str], actor: str) -> None:
    """Call the feed's webhook with a signed message of the type `test`; it is sent once.

    Raises UsageError, WebhookFailed, WebhookRefused, UnsafeSetting and errors of the key.
    """
    now = datetime.now(UTC)
    url, secret = note_webhook_tried(name, environ=environ, actor=actor)
    moment = now.isoformat(timespec="seconds")
    body = json.dumps(
        {"type": TYPE, "timestamp": moment, "data": {"feed": name}}, separators=(",", ":")
    )
    call_webhook(
        url,
        WebhookCall(f"msg_{secrets.token_hex(16)}", body),
        secret=secret,
        at=int(now.timestamp()),
        allowed=allowed_networks(environ),
    )
