"""How a notice becomes a mail: its words, and which of the recipients get it."""

from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Kind, Notice
from rollbook.records.district import Level, recipients
from rollbook.records.operations.mails import queue_mail


def level_of(notice: Notice) -> Level:
    """Return what the notice tells of."""
    special = {
        Kind.HELD: Level.DECISIONS,
        Kind.UNDECIDED: Level.DECISIONS,
        Kind.RECOVERED: Level.EVERYTHING,
    }
    return special.get(notice.kind, Level.PROBLEMS)


def words_of(notice: Notice) -> tuple[str, str, str]:
    """Return subject, text and HTML."""
    mail = mail_of(notice)
    return mail.subject, mail.text, mail.html


def queue_notice(notice: Notice) -> None:
    """Queue a mail about the installation."""
    queue_mail(notice.kind, words_of(notice), recipients=recipients(level_of(notice)))
