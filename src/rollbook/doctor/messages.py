"""Whether anybody would be told of a night that failed: the mail server and the recipients."""

from collections.abc import Mapping, Sequence

from rollbook.core.quantities import counted
from rollbook.doctor.finding import Finding, State
from rollbook.environ import read
from rollbook.notify.channels import MailServer, check_server, mail_server
from rollbook.notify.outbox import send_test_mail
from rollbook.records import district


def recipients() -> Finding:
    found = district.recipients()
    if not found:
        return Finding(
            "recipients",
            State.WARNING,
            "Nobody gets a mail when an import fails.",
            "Enter recipients in the settings (import.notification_emails).",
        )
    told = counted(len(found), "address gets", "addresses get")
    return Finding("recipients", State.OK, f"{told} a mail when an import fails.")


def mail(environ: Mapping[str, str], *, sends_to: Sequence[str] | None) -> Finding:
    """`sends_to`: who gets a test mail now; None for a look at the server alone."""
    server = mail_server(read(environ, "ROLLBOOK_EMAIL_URL"))
    if server is None:
        state = State.WARNING if sends_to is None else State.FAILED
        return Finding(
            "mail", state, "No mail can be sent: no mail server is set.", "Set ROLLBOOK_EMAIL_URL."
        )
    if sends_to is None:
        if isinstance(server, MailServer):
            check_server(server)
            return Finding("mail", State.OK, "The mail server answers and lets Rollbook in.")
        return Finding("mail", State.OK, "Mails leave through Amazon SES; a test mail tries it.")
    if not sends_to:
        return Finding(
            "mail",
            State.FAILED,
            "The test mail has no recipient.",
            "Enter recipients in the settings (import.notification_emails).",
        )
    send_test_mail(environ, recipients=sends_to)
    told = counted(len(sends_to), "address", "addresses")
    return Finding("mail", State.OK, f"A test mail was sent to {told}.")
