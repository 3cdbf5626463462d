"""An issue sink in memory."""

from rollbook.core.issues import Issue, IssueBatch


class IssueList:
    """Keeps what is added, in order."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def add(self, issues: IssueBatch) -> None:
        self.issues.extend(issues)
