"""Which fields a feed may write: each has one owner, so that feeds do not fight over it nightly.

The roster feed alone says who is a student, what they are called, and where they are enrolled.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.issues import Issue, Severity
from rollbook.core.quantities import counted
from rollbook.core.roster_texts import hand_over, tests_sentence

ROSTER_FIELDS: Final = frozenset({
    "ssid", "last_name", "first_name", "preferred_name", "school", "grade",
})  # fmt: skip
"""Fields that only a roster feed writes; other feeds' columns of them are compared at most."""

OWNED_ELSEWHERE: Final = "FIELD_OF_ANOTHER_FEED"
ROSTER_OF_TESTS: Final = "ROSTER_OF_TESTS"
RESEMBLES_TESTS: Final = "RESEMBLES_TESTS"


@dataclass(frozen=True, slots=True)
class OthersFields:
    """Fields of other feeds, as one feed sees them: field name -> the feed that owns it."""

    closed: Mapping[str, str] = field(default_factory=dict)
    """Those that this feed does not write."""
    shared: Mapping[str, str] = field(default_factory=dict)
    """Those that it writes too: both are roster feeds, each of students of its own."""
    own: frozenset[str] = frozenset()
    """Those that this feed owns itself."""
    feed: str = ""
    """This feed; "" for files by hand."""
    rosters: tuple[str, ...] = ()
    """The other roster feeds."""
    beside: tuple[str, ...] = ()
    """The other feeds with a server that are none."""
    early: frozenset[str] = frozenset()
    """Those that are counted from the first day of a school year on that was switched to already,
    and has not begun: what a file has of them is last year's."""
    begins: str = ""
    """That day, as people read it."""

    @property
    def digest(self) -> str:
        """What the meaning of a file depends on; "" where nothing is closed."""
        return f" but for {','.join(sorted(self.closed))}" if self.closed else ""

    def not_written(
        self, staged: Iterable[Field], *, is_roster: bool, compared: Iterable[str]
    ) -> list[Field]:
        """Return the fields that are another feed's, or `compared` at most."""
        aside = {*self.closed, *self.early, *compared, *(() if is_roster else ROSTER_FIELDS)}
        return [each for each in staged if each.name in aside]

    def to_claim(self, written: Iterable[Field]) -> list[Field]:
        """Return the fields without an owner, which this feed owns once it has stored a value.

        A file by hand owns nothing: it comes once. What roster feeds alone write has no owner.
        """
        taken = {*self.own, *self.shared, *self.closed, *ROSTER_FIELDS}
        return [each for each in written if self.feed and each.name not in taken]

    def issues(self, staged: Iterable[Field], headers: Mapping[str, Sequence[str]]) -> list[Issue]:
        """Return a warning for each column that is set aside, by its header."""
        found: dict[tuple[str, str], list[Field]] = {}
        for each in staged:
            if each.name in self.closed:
                for header in headers.get(each.name, (each.header,)):
                    found.setdefault((header, self.closed[each.name]), []).append(each)
        return [_issue(header, owner, fields) for (header, owner), fields in found.items()]

    def notes(self, staged: Iterable[Field]) -> Iterator[str]:
        """Yield what is to be said of early fields, and of those another roster feed writes too."""
        fields = list(staged)
        early = [each.header for each in fields if each.name in self.early]
        if early:
            yield (
                f"The new school year starts on {self.begins}. Until then, {', '.join(early)} in "
                "the file are last year's, so they weren't imported."
            )
        names = [each.name for each in fields if each.name in self.shared]
        if names:
            feeds = " and ".join(sorted({self.shared[name] for name in names}))
            yield (
                f"{counted(len(names), 'field is', 'fields are')} also written by {feeds}. That's "
                "right if each roster feed has its own students. If not, keep only one of them "
                "as the roster feed."
            )

    def unknown_students(self, rows: int) -> str:
        """Return the sentence about rows of students that this feed's file does not add."""
        who = counted(rows, "row names a student who isn't", "rows name students who aren't")
        said = f"{who} in the roster. Only {_or(self.rosters) or 'the roster feed'} adds students."
        if not self.feed or not self.rosters:
            return said
        return (
            f"{said} If this feed's file lists your students, hand the roster over to it: "
            f"{hand_over(self.feed, self.rosters)}."
        )

    def tests(self, title: str, *, is_certain: bool) -> Issue | None:
        """Return what is to be said of a roster feed's file of tests, or that resembles one."""
        if self.feed:
            to = self.beside[0] if len(self.beside) == 1 else "FEED"
            other = "" if self.rosters else " No other feed adds students either."
            return Issue(
                ROSTER_OF_TESTS,
                Severity.WARNING,
                f"{tests_sentence(self.feed, title)}{other} Hand the roster over to your SIS's "
                f"feed: {hand_over(to, (self.feed,))}. If each row of this file is a student, "
                "choose the layout “none” in the feed.",
            )
        return None if is_certain else Issue(RESEMBLES_TESTS, Severity.WARNING, _resembles(title))


def _or(names: Sequence[str]) -> str:
    return " or ".join(names[:5])


def _resembles(title: str) -> str:
    return (
        f"The file looks like tests (“{title}”), so it adds no students and changes no names, "
        "SSIDs, grades or schools. If each row is a student, choose the layout “none” in the "
        "feed (Feeds, Files uploaded by hand, or `rollbook feeds set files --layout none`), "
        "import the file again, and choose “auto” afterward."
    )


ALONE: Final = OthersFields()
"""As a feed sees them that is the only one, or takes files by hand."""


def advice(header: str, owner: str, feed: str = "this feed") -> str:
    """Return what an administrator does about a field that belongs to another feed."""
    return (
        f"Ignore the column “{header}” of {feed} under Feeds, Columns, or hand the field over "
        f"from {owner} to {feed} under Feeds, Fields."
    )


def _issue(header: str, owner: str, fields: list[Field]) -> Issue:
    first, more = fields[0], len(fields) - 1
    written = f"{first.header} and {more} more" if more else first.header
    return Issue(
        OWNED_ELSEWHERE,
        Severity.WARNING,
        f"This column is written by the feed {owner} ({written}), so it was skipped here and that "
        f"feed's values stay. {advice(header, owner)}",
        column=header,
        field=first.name,
    )
