"""After the commit: the imported file is moved, renamed or deleted, if the feed says so."""

from rollbook.automation.job_context import JobContext
from rollbook.core.errors import RollbookError, kind_and_place
from rollbook.core.events import Logged
from rollbook.core.issues import Issue, Severity
from rollbook.core.sources.after_import import DONE_TO, STAY, AfterImport, Became
from rollbook.records.database import translated
from rollbook.records.models import Feed
from rollbook.records.operations.server_files import (
    DueFile,
    due_files,
    is_same_server,
    plan_of,
    settle,
    warn,
)
from rollbook.records.sources import connection_of


def put_files_away(context: JobContext) -> None:
    """Do what is due on the feed's server, also for earlier imports.

    The import is stored, and nothing that happens here changes that: it is a warning at most.
    """
    newest = context.number
    try:
        feed = Feed.objects.get(pk=context.feed.pk)
        if due := due_files(feed):
            newest = due[-1].job
            _put_away(context, feed, due)
    except RollbookError as error:
        _warn(context, error.message.what, error.private, job=newest)
    except Exception as error:  # noqa: BLE001 - the import has its outcome, and keeps it
        what = kind_and_place(type(error), error.__traceback__)
        sentence = f"Something unexpected went wrong ({what}). Report this line."
        _warn(context, sentence, "", job=newest)


def _put_away(context: JobContext, feed: Feed, due: list[DueFile]) -> None:
    plan = plan_of(feed)
    if plan.action == STAY or not feed.host:
        for each in due:
            settle(each, action=STAY, did=False)
        return
    with translated():
        connection = connection_of(feed, context.environ)
    ours = [each for each in due if is_same_server(each, connection)]
    for each in due:
        if each not in ours:
            settle(each, action=STAY, did=False)
            where = "is on another server or of another user than the feed's now"
            context.timer(Logged(f"The file of import {each.job} {where}, and was left there."))
    if not ours:
        return
    # asyncssh takes a quarter of a second to import; only who signs in pays that.
    from rollbook.core.sources.tidying import put_away

    files = [each.file for each in ours]
    results, error = put_away(connection, files, plan, feed_folder=feed.folder)
    for each, result in zip(ours, results, strict=False):  # a broken connection ends them early
        if isinstance(result, RollbookError):
            sentence = f"{result.message.what} {result.message.advice}"
            _warn(context, sentence, result.private, job=each.job)
        else:
            _tell(context, each, plan, result)
    if error is not None:
        raise error


def _tell(context: JobContext, due: DueFile, plan: AfterImport, became: Became) -> None:
    settle(due, action=plan.action, did=became is Became.DONE)
    of = "" if due.job == context.number else f" of import {due.job}"
    sentence = {
        Became.DONE: f"The file{of} was {DONE_TO[plan.action]} on the server.",
        Became.GONE: f"The file{of} was no longer on the server.",
        Became.REPLACED: f"Another file has taken the place of the one{of}, and was left alone.",
    }[became]
    context.timer(Logged(sentence))


def _warn(context: JobContext, sentence: str, names: str, *, job: int) -> None:
    """Warn of the import whose file it is: a later one, perhaps held, has nothing to do with it."""
    issue = Issue("AFTER_IMPORT_REFUSED", Severity.WARNING, sentence, value=names or None)
    report = warn(job, issue)
    if job != context.number:
        context.timer(Logged(f"The file of import {job} is still on the server: see that import."))
        return
    if report is not None:
        context.report.warnings, context.report.by_code = report.warnings, report.by_code
    context.timer(Logged(f"Warning: {sentence}"))
