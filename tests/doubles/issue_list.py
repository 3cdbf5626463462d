"""An issue sink in memory."""

from collections.abc import Iterable

from rollbook.core.issues import Issue


class IssueList:
    """Keeps what is added, in order."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def add(self, issues: Iterable[Issue]) -> None:
        self.issues.extend(issues)
