"""The first stage of an import: the file is fetched, unless it is the same as last time."""

from collections.abc import Callable
from typing import BinaryIO

from rollbook.core.errors import RollbookError
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.sources.freshness import PASSED_OVER, SEVERAL, several_sentence
from rollbook.core.sources.renamed_files import RENAMED, renamed_sentence
from rollbook.core.sources.source import Fetched, Source
from rollbook.core.sources.suggestions import some_of


class Unchanged(RollbookError):
    """There is nothing new to import: the file has the same bytes as in the last completed import
    of this feed, under the same settings."""

    reason = "file_unchanged"
    exit_code = 6


class NewerPassedOver(Unchanged):
    """No new file: the newest one by its date is the file of the last import. But a matching file
    has arrived since then with an earlier date, and was skipped.

    Nothing was changed.

    Check whether the date of the imported file is wrong, for example in the future. If so, remove
    that file from the server or correct its date."""


class NewerRenamed(Unchanged):
    """No new file under the feed's file name: the newest one is the file of the last import. But a
    newer file has come under a similar name.

    Nothing was changed.

    If it's the export, use its name for the feed. If not, ignore it."""


def fetch(
    source: Source, into: BinaryIO, *, context: ImportContext, is_unchanged: Callable[[str], bool]
) -> Fetched:
    """Fetch the file into `into`. Raises Unchanged where its SHA-256 says that is all."""
    fetched = source.fetch(into, listener=context.listener, arrival=context.arrival)
    context.report.learn_fetched(name=fetched.name, size=fetched.size, sha256=fetched.sha256)
    context.report.served = fetched.served or context.report.served
    _learn_remarks(fetched, context.findings)
    _learn_several(fetched, context)
    context.report.file["same_as"] = context.earlier_files(fetched).same_bytes
    _learn_renamed(fetched, context)
    if is_unchanged(fetched.sha256):
        raise _why_unchanged(context.findings)
    return fetched


def _why_unchanged(findings: Findings) -> Unchanged:
    if findings.by_code[RENAMED]:
        return NewerRenamed()
    return NewerPassedOver() if findings.by_code[PASSED_OVER] else Unchanged()


def _learn_remarks(fetched: Fetched, findings: Findings) -> None:
    """Note what was passed over beside the file; warn where it may be the wrong one for that."""
    for remark in fetched.remarks:
        if remark.is_warning:
            issue = Issue(remark.code, Severity.WARNING, remark.sentence, value=remark.names)
            findings.add([issue])
        else:
            findings.note(remark.sentence)


def _learn_renamed(fetched: Fetched, context: ImportContext) -> None:
    """Warn of newer files whose names are like the feed's."""
    names = [new.name for new in context.newer_names(fetched)]
    if names:
        issue = Issue(RENAMED, Severity.WARNING, renamed_sentence(len(names)), value=some_of(names))
        context.findings.add([issue])


def _learn_several(fetched: Fetched, context: ImportContext) -> None:
    """Say it again where a held file is applied that was one of several."""
    served = context.report.served
    if fetched.served is None and served is not None and served.fresh > 1:
        issue = Issue(SEVERAL, Severity.WARNING, several_sentence(served.fresh))
        context.findings.add([issue])
