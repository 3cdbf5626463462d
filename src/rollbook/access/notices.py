"""Mails to a person about changes of their own sign-in."""

from django.conf import settings

from rollbook.notify.messages import Kind
from rollbook.notify.sign_in import Change, changed
from rollbook.records.operations.mails import queue_mail


def queue_notice(address: str, change: Change) -> None:
    """Queue the mail in the transaction of the change; nothing where no mail can be sent."""
    if settings.HAS_MAIL:
        mail = changed(change)
        queue_mail(Kind.SIGN_IN_CHANGED, (mail.subject, mail.text, mail.html), recipients=[address])
