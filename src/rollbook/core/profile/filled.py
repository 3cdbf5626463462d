"""How many rows of a file have a value in each column, and which columns have lost theirs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.issues import Issue, Severity
from rollbook.core.measure import Measure
from rollbook.core.profile.spread import Spread, Spreads
from rollbook.core.quantities import counted

MOST_NAMED: Final = 5
"""Columns that a note names."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Field -> how many of `rows` have a value. A column that is not in the file is not here."""

    rows: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Field -> the header of its column."""
    groups: Mapping[str, Any] = field(default_factory=dict)
    """Field -> the groups of its spread, where there are enough values, as a job keeps them."""

    @classmethod
    def from_json(cls, stored: Any) -> "Filled":
        """Return what a job has kept; earlier versions kept nothing."""
        try:
            fields = {str(name): int(count) for name, count in stored["fields"].items()}
            headers = {str(name): str(text) for name, text in stored["headers"].items()}
            return cls(int(stored["rows"]), fields, headers, dict(stored.get("groups") or {}))
        except (AttributeError, KeyError, TypeError, ValueError):
            return cls()

    def without(self, names: Collection[str]) -> "Filled":
        """Return this without some fields, which are no measure for the next file."""
        if not names:
            return self
        return replace(
            self,
            fields={name: count for name, count in self.fields.items() if name not in names},
            headers={name: text for name, text in self.headers.items() if name not in names},
            groups={name: groups for name, groups in self.groups.items() if name not in names},
        )

    def spreads(self) -> dict[str, Spread]:
        """Return how the values of each column are spread; only an import asks for it."""
        try:
            return {name: Spread.from_json(groups) for name, groups in self.groups.items()}
        except (TypeError, ValueError):
            return {}


NOTHING = Filled()


def of_tests(filled: Filled, catalogue: Catalogue) -> Filled:
    """Return how full the columns of a file of tests are, by the names of the first term's fields.

    Each of its rows fills the fields of its own window, and all of them come from one column. Only
    i-Ready's: of DIBELS each grade takes other measures, so that a column fills and empties with
    the weeks in which its grades are tested.
    """
    firsts: dict[str, str] = {}
    fields: dict[str, int] = {}
    headers: dict[str, str] = {}
    for each in catalogue.fields:
        if each.term is None or each.area != "iready":
            continue
        first = firsts.setdefault(each.name.removeprefix(f"{each.term}_"), each.name)
        if each.name in filled.fields:
            fields[first] = fields.get(first, 0) + filled.fields[each.name]
        if each.name in filled.headers:
            headers.setdefault(first, filled.headers[each.name])
    return Filled(filled.rows, fields, headers)


Shares = Mapping[str, float]
"""Field -> the share of the rows that had a value in its column, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the feed's last files had, to compare the next one with."""

    shares: Shares = field(default_factory=dict)
    """The fullest of these files; a column that fades from night to night is compared with it."""
    accepted: Shares = field(default_factory=dict)
    """The same since an administrator has last accepted what was lost."""
    let_go: Collection[str] = ()
    """Fields whose column is read otherwise now, or not at all, because the feed says so."""
    last: Collection[str] = ()
    """Fields of the last file alone."""
    nights: Sequence[Spreads] = ()
    """How the values of each of these files were spread, the newest first."""
    told: Sequence[Spreads] = ()
    """The same before an administrator has last accepted that a column has shifted."""


FIRST = Before()


def compared(files: Sequence[tuple[Filled, bool]], let_go: Collection[str]) -> Before:
    """Return what to compare with, of the last files, the newest first.

    Beside each is whether an administrator has accepted what its columns had lost.
    """
    since = next((at for at, (_, is_accepted) in enumerate(files) if is_accepted), len(files))
    filled = [each for each, _ in files]
    return Before(_fullest(filled), _fullest(filled[: since + 1]), let_go, filled[0].fields.keys())


def with_nights(before: Before, nights: Sequence[tuple[Spreads, bool]]) -> Before:
    """Return `before` with how the values of the last files were spread, the newest first.

    Beside each is whether an administrator has accepted that its columns had shifted.
    """
    since = next((at for at, (_, is_accepted) in enumerate(nights) if is_accepted), len(nights))
    spreads = [each for each, _ in nights]
    return replace(before, nights=spreads, told=spreads[since + 1 :])


def _fullest(files: Iterable[Filled]) -> Shares:
    shares: dict[str, float] = {}
    for each in files:
        for name, count in each.fields.items():
            shares[name] = max(shares.get(name, 0.0), count / each.rows)
    return shares


def lost_values(
    shares: Shares, let_go: Collection[str], now: Filled, *, past: Collection[str] = ()
) -> dict[str, Measure]:
    """Return, by field, how many values are missing of those to be expected.

    Only of columns that were filled for most rows. One that is not in the file counts, too, unless
    the feed itself has let it go. Blanks in a column of the `past` take nothing away.
    """
    found: dict[str, Measure] = {}
    for name, share in shares.items():
        if share * 2 <= 1 or name in past or (name not in now.fields and name in let_go):
            continue
        expected = round(share * now.rows)
        if lost := max(0, expected - now.fields.get(name, 0)):
            found[name] = Measure(lost, expected)
    return found


def not_in_file(before: Before, now: Filled, catalogue: Catalogue) -> str | None:
    """Return a note of the columns that the last file had and this one has not."""
    gone = [each.header for each in catalogue.fields if each.name in {*before.last} - {*now.fields}]
    if not gone:
        return None
    more = len(gone) - MOST_NAMED
    named = ", ".join(gone[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return (
        "The last file had values in these columns, and this one doesn't, or they are no longer "
        f"matched: {named}. Saved values stay."
    )


def named_columns(headers: Sequence[str], done: str) -> str:
    """Return the first of some columns, by the catalogue's names, and how many more there are.

    `done` says what they have done, too: `lost theirs`.
    """
    first, more = next(iter(headers), ""), len(headers) - 1
    others = counted(more, "more column has", "more columns have")
    return first if more < 1 else f"{first} ({others} {done})"


def blanked_issue(
    name: str, lost: Measure, *, header: str | None, catalogue: Catalogue, clears: bool
) -> Issue:
    """Return the issue about a column whose values are gone; `header`: None where it is too."""
    named = catalogue.by_name[name].header
    said = (
        f"Going by the last files, about {lost.whole:,} rows would have a value in this column. "
        f"Only {lost.whole - lost.part:,} do."
        if header is not None
        else f"The last files had a column for {named}, and this one doesn't."
    )
    then = "Saved values would be cleared." if clears else "Saved values stay, and get older."
    return Issue(
        "COLUMN_BLANKED",
        Severity.WARNING,
        f"{said} {then} The export has probably lost what fills it. If you don't export it "
        "anymore, ignore the column under Feeds, Columns.",
        column=header or named,
        field=name,
    )
