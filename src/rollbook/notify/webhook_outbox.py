"""From the outbox of messages to the webhooks of feeds."""

from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Final

from rollbook.core.errors import RollbookError
from rollbook.core.webhook_address import Network, WebhookAddressRefused
from rollbook.environ import UnsafeSetting, read
from rollbook.notify.webhook_call import WebhookCall, WebhookFailed, call_webhook
from rollbook.records.operations import webhooks
from rollbook.records.operations.outgoing import AT_ONCE

_OF_RECEIVERS: Final = (WebhookFailed, WebhookAddressRefused)


def send_due_messages(environ: Mapping[str, str]) -> int:
    """Send the messages that are due; return how many arrived. One that cannot leave is kept.

    What is wrong with this installation's key is no fault of a receiver, and passes. Raises
    UnsafeSetting, before a message has lost a try.
    """
    sent, allowed = 0, allowed_networks(environ)
    while sent < AT_ONCE and (waiting := webhooks.take_next_message(datetime.now(UTC))):
        now = datetime.now(UTC)
        try:
            call_webhook(
                waiting.url,
                WebhookCall(waiting.key, waiting.body),
                secret=webhooks.signing_secret(waiting.feed, environ),
                at=int(now.timestamp()),
                allowed=allowed,
            )
        except RollbookError as error:
            is_transient = error.is_transient or not isinstance(error, _OF_RECEIVERS)
            webhooks.note_message_unsent(
                waiting.number, str(error), is_transient=is_transient, now=now
            )
            if is_transient:
                break  # a receiver that hangs must not hold up the mails; the rest is due soon
        else:
            webhooks.note_message_sent(waiting.number)
            sent += 1
    return sent


def allowed_networks(environ: Mapping[str, str]) -> tuple[Network, ...]:
    """Return the private networks that webhooks may lead into. Raises UnsafeSetting."""
    return networks_in(read(environ, "ROLLBOOK_WEBHOOK_NETWORKS"), "ROLLBOOK_WEBHOOK_NETWORKS")


def networks_in(text: str, setting: str) -> tuple[Network, ...]:
    """Return the networks that the text of a setting lists. Raises UnsafeSetting."""
    try:
        return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError:
        raise UnsafeSetting(
            what=f"{setting} is a list of networks, such as 10.20.0.0/16,fd00::/64."
        ) from None
