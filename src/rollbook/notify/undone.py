"""The mail about an import that a person has undone."""

from collections.abc import Callable, Mapping

from rollbook.core.quantities import counted
from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Kind, Notice
from rollbook.notify.outbox import page_link
from rollbook.records.district import Level, recipients
from rollbook.records.models import Feed
from rollbook.records.operations.mails import queue_mail
from rollbook.records.operations.undo import UndoResult


def tell_undone(actor: str, environ: Mapping[str, str]) -> Callable[[UndoResult], None]:
    """Return what queues the mail in the transaction of the undo."""

    def tell(found: UndoResult) -> None:
        feed = Feed.objects.filter(name=found.feed).first()
        mail = mail_of(undone(found, actor, page_link(environ, f"imports/{found.job}/")))
        told = recipients(Level.PROBLEMS, feed.recipients if feed else ())
        words = mail.subject, mail.text, mail.html
        queue_mail(Kind.UNDONE, words, recipients=told, feed=feed, job=found.job)

    return tell


def undone(found: UndoResult, actor: str, link: str | None) -> Notice:
    """A person has undone one import, or several of a feed."""
    numbers, later = found.numbers, len(found.jobs) - 1
    which = f"import {found.job}" + (
        f" and the {counted(later, 'import')} after it" if later else ""
    )
    people = "".join(
        f"{counted(count, 'student is', 'students are')} {state} again. "
        for count, state in (
            (found.presence.students_active_again, "active"),
            (found.presence.students_missing_again, "missing"),
        )
        if count
    )
    stays = numbers.values_kept + numbers.students_kept
    todo = "Fix the export before the next import."
    if found.is_of_fixes:
        todo = "Correct the rows in your SIS, or fix them again."
    kept = " Values changed since then stayed. The import's page lists them." if stays else ""
    return Notice(
        Kind.UNDONE,
        f"Import {found.job} of {found.feed} was undone",
        f"{actor} undid {which} of {found.feed}.",
        f"{people}{counted(numbers.values_restored, 'value')} went back to what they were, and "
        f"{counted(numbers.students_removed, 'new student')} "
        f"{'was' if numbers.students_removed == 1 else 'were'} removed.{kept}",
        f"The schedule of {found.feed} is off, because the next export would bring the values "
        "back. Fix the export, then turn the schedule on from the import's page."
        if found.is_paused
        else todo,
        link,
    )
