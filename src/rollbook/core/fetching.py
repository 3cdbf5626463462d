"""The first stage of an import: the file is fetched, unless it is the same as last time."""

from collections.abc import Callable
from typing import BinaryIO

from rollbook.core.errors import RollbookError
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.sources.source import Fetched, Source


class Unchanged(RollbookError):
    """There is nothing new to import: the file has the same bytes as in the last completed import
    of this feed, under the same settings."""

    reason = "file_unchanged"
    exit_code = 6


def fetch(
    source: Source, into: BinaryIO, *, context: ImportContext, is_unchanged: Callable[[str], bool]
) -> Fetched:
    """Fetch the file into `into`. Raises Unchanged where its SHA-256 says that is all."""
    fetched = source.fetch(into, listener=context.listener, arrival=context.arrival)
    context.report.learn_fetched(name=fetched.name, size=fetched.size, sha256=fetched.sha256)
    context.report.served = fetched.served or context.report.served
    _learn_remarks(fetched, context.findings)
    if is_unchanged(fetched.sha256):
        raise Unchanged
    return fetched


def _learn_remarks(fetched: Fetched, findings: Findings) -> None:
    """Note what was passed over beside the file; warn where it may be the wrong one for that."""
    for remark in fetched.remarks:
        if remark.is_warning:
            issue = Issue(remark.code, Severity.WARNING, remark.sentence, value=remark.names)
            findings.add([issue])
        else:
            findings.note(remark.sentence)
