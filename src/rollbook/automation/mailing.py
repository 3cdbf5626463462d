"""How a notice becomes a mail: its words, and which of the recipients get it."""

from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Kind, Notice
from rollbook.records.district import Level, recipients
from rollbook.records.models import Feed
from rollbook.records.operations.mails import queue_mail


def level_of(notice: Notice) -> Level:
    """Return what the notice tells of."""
    special = {
        Kind.HELD: Level.DECISIONS,
        Kind.UNDECIDED: Level.DECISIONS,
        Kind.REHEARSAL_HELD: Level.DECISIONS,
        Kind.RECOVERED: Level.EVERYTHING,
    }
    return special.get(notice.kind, Level.PROBLEMS)


def words_of(notice: Notice) -> tuple[str, str, str]:
    """Return subject, text and HTML."""
    mail = mail_of(notice)
    return mail.subject, mail.text, mail.html


def recipients_of(notice: Notice, feed: Feed | None = None) -> list[str]:
    """Return who is told: the feed's own recipients where it has some, or the district's."""
    return recipients(level_of(notice), feed.recipients if feed is not None else ())


def queue_notice(notice: Notice, feed: Feed | None = None, job: int | None = None) -> None:
    """Queue a mail about a feed's import, or about the installation."""
    told = recipients_of(notice, feed)
    queue_mail(notice.kind, words_of(notice), recipients=told, feed=feed, job=job)
