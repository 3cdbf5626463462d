"""Which fields a feed may write: each has one owner, so that feeds do not fight over it nightly.

The roster feed alone says who is a student, what they are called, and where they are enrolled.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.issues import Issue, Severity
from rollbook.core.quantities import counted

ROSTER_FIELDS: Final = frozenset({
    "ssid", "last_name", "first_name", "preferred_name", "school", "grade",
})  # fmt: skip
"""Fields that only a roster feed writes; other feeds' columns of them are compared at most."""

OWNED_ELSEWHERE: Final = "FIELD_OF_ANOTHER_FEED"


@dataclass(frozen=True, slots=True)
class OthersFields:
    """Fields of other feeds, as one feed sees them: field name -> the feed that owns it."""

    closed: Mapping[str, str] = field(default_factory=dict)
    """Those that this feed does not write."""
    shared: Mapping[str, str] = field(default_factory=dict)
    """Those that it writes too: both are roster feeds, each of students of its own."""

    @property
    def digest(self) -> str:
        """What the meaning of a file depends on; "" where nothing is closed."""
        return f" but for {','.join(sorted(self.closed))}" if self.closed else ""

    def not_written(
        self, staged: Iterable[Field], *, is_roster: bool, compared: Iterable[str]
    ) -> list[Field]:
        """Return the fields that are another feed's, or `compared` at most."""
        aside = {*self.closed, *compared, *(() if is_roster else ROSTER_FIELDS)}
        return [each for each in staged if each.name in aside]

    def issues(self, staged: Iterable[Field], headers: Mapping[str, str]) -> list[Issue]:
        """Return a warning for each column that is set aside, by its header."""
        found: dict[tuple[str, str], list[Field]] = {}
        for each in staged:
            if each.name in self.closed:
                key = (headers.get(each.name, each.header), self.closed[each.name])
                found.setdefault(key, []).append(each)
        return [_issue(header, owner, fields) for (header, owner), fields in found.items()]

    def notes(self, staged: Iterable[Field]) -> Iterator[str]:
        """Yield a sentence about the fields that another roster feed writes too."""
        names = [each.name for each in staged if each.name in self.shared]
        if names:
            feeds = " and ".join(sorted({self.shared[name] for name in names}))
            yield (
                f"{counted(len(names), 'field is', 'fields are')} also written by {feeds}. That is "
                "right where each roster feed has students of its own; otherwise let only one of "
                "them be the roster feed."
            )


ALONE: Final = OthersFields()
"""As a feed sees them that is the only one, or takes files by hand."""


def unknown_students(rows: int) -> str:
    """Return the sentence about rows of students that a feed beside the roster does not add."""
    return (
        f"{counted(rows, 'row names a student', 'rows name students')} that the roster feed has "
        "not brought; only the roster feed adds students."
    )


def advice(header: str, owner: str, feed: str = "this feed") -> str:
    """Return what an administrator does about a field that belongs to another feed."""
    return (
        f"Ignore the column “{header}” of {feed} under Feeds, Columns, or hand the field over from "
        f"{owner} to {feed} under Feeds, Fields."
    )


def _issue(header: str, owner: str, fields: list[Field]) -> Issue:
    first, more = fields[0], len(fields) - 1
    others = f" and {more} more of this column" if more else ""
    return Issue(
        OWNED_ELSEWHERE,
        Severity.WARNING,
        f"{first.header}{others} belongs to the feed {owner}, so this column was not imported and "
        f"that feed's values stay. {advice(header, owner)}",
        column=header,
        field=first.name,
    )
