"""Whether anybody would be told of a night that failed: the mail server and the recipients."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils import timezone

from rollbook.core.quantities import counted, names_text
from rollbook.doctor.finding import Finding, State
from rollbook.environ import read
from rollbook.notify.channels import MailServer, check_server, mail_server
from rollbook.notify.outbox import send_test_mail
from rollbook.notify.uptime_ping import ALL, heartbeats
from rollbook.records import district
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.health import untold
from rollbook.records.queries.outgoing import recipients_of
from rollbook.records.queries.standings import feed_standings

MOST_NAMED: Final = 10
"""Feeds that a finding names; the others are counted."""


def recipients() -> Finding:
    """Whether someone is told of each planned feed, as `rollbook health` judges it."""
    now = timezone.now()
    found = feed_standings(now)
    planned = [each.feed for each in found if each.standing.is_on]
    told = {*district.recipients(district.Level.PROBLEMS)}
    told |= {address for feed in recipients_of(planned).values() for address in feed}
    if (names := untold(found)) or not told:
        of_which = f" of {_named(names)}" if names else ""
        return Finding(
            "recipients",
            State.WARNING,
            f"No one gets an email when an import{of_which} fails.",
            "Choose who gets email.",
            at_terminal="Set import.notification_emails.",
        )
    words = f"{counted(len(told), 'person gets', 'people get')} email when an import fails."
    if muted := [each.feed.name for each in found if each.feed.muted_at(now)]:
        words += f" Muted for now, except for missed nights: {_named(muted)}."
    return Finding("recipients", State.OK, words)


def _named(feeds: Sequence[str]) -> str:
    others = [f"{len(feeds) - MOST_NAMED:,} more"] if len(feeds) > MOST_NAMED else []
    return names_text([*feeds[:MOST_NAMED], *others])


def heartbeat(environ: Mapping[str, str]) -> Finding:
    """Whether each address that is called for one feed names a feed."""
    called = {feed for feed, _ in heartbeats(read(environ, "ROLLBOOK_HEARTBEAT_URL"))}
    unknown = called - {feed.name for feed in active_feeds()} - {ALL}
    if unknown:
        return Finding(
            "heartbeat",
            State.WARNING,
            "The uptime service is set up for feeds that don't exist: "
            f"{', '.join(sorted(unknown))}.",
            "Ask the person who runs this server to correct their names.",
            at_terminal="Write FEED=ADDRESS into ROLLBOOK_HEARTBEAT_URL, with the feed's name as "
            "`rollbook feeds list` shows it.",
        )
    told = "Each of its addresses is of a feed." if called else "No uptime service is set up."
    return Finding("heartbeat", State.OK, told)


def mail(environ: Mapping[str, str], *, sends_to: Sequence[str] | None) -> Finding:
    """`sends_to`: who gets a test mail now; None for a look at the server alone."""
    server = mail_server(read(environ, "ROLLBOOK_EMAIL_URL"))
    if server is None:
        state = State.WARNING if sends_to is None else State.FAILED
        return Finding(
            "mail",
            state,
            "No email can be sent: no email server is set up.",
            "Ask the person who runs this server to set it up.",
            at_terminal="Set ROLLBOOK_EMAIL_URL.",
        )
    if sends_to is None:
        if isinstance(server, MailServer):
            check_server(server)
            return Finding("mail", State.OK, "Signed in to the email server.")
        return Finding("mail", State.OK, "Amazon SES sends the email. Send a test email to try it.")
    if not sends_to:
        return Finding(
            "mail",
            State.FAILED,
            "The test email has no recipient.",
            "Choose who gets email.",
            at_terminal="Set import.notification_emails.",
        )
    send_test_mail(environ, recipients=sends_to)
    told = counted(len(sends_to), "person", "people")
    return Finding("mail", State.OK, f"A test email was sent to {told}.")
