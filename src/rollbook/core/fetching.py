"""The first stage of an import: the file is fetched, unless it is the same as last time."""

from collections.abc import Callable
from typing import BinaryIO

from rollbook.core.errors import RollbookError
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.sources.freshness import PASSED_OVER, SEVERAL, several_sentence
from rollbook.core.sources.source import Fetched, Source


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


def fetch(
    source: Source, into: BinaryIO, *, context: ImportContext, is_unchanged: Callable[[str], bool]
) -> Fetched:
    """Fetch the file into `into`. Raises Unchanged where its SHA-256 says that is all."""
    fetched = source.fetch(into, listener=context.listener, arrival=context.arrival)
    context.report.learn_fetched(name=fetched.name, size=fetched.size, sha256=fetched.sha256)
    context.report.served = fetched.served or context.report.served
    _learn_remarks(fetched, context.findings)
    _learn_several(fetched, context)
    if is_unchanged(fetched.sha256):
        raise NewerPassedOver if context.findings.by_code[PASSED_OVER] else Unchanged
    return fetched


def _learn_remarks(fetched: Fetched, findings: Findings) -> None:
    """Note what was passed over beside the file; warn where it may be the wrong one for that."""
    for remark in fetched.remarks:
        if remark.is_warning:
            issue = Issue(remark.code, Severity.WARNING, remark.sentence, value=remark.names)
            findings.add([issue])
        else:
            findings.note(remark.sentence)


def _learn_several(fetched: Fetched, context: ImportContext) -> None:
    """Say it again where a held file is applied that was one of several."""
    served = context.report.served
    if fetched.served is None and served is not None and served.fresh > 1:
        issue = Issue(SEVERAL, Severity.WARNING, several_sentence(served.fresh))
        context.findings.add([issue])
