"""From one file's name to a pattern that takes the files of other nights too. Pure.

Dates become a star, with a time right after them; so does a number in which files of the same
name otherwise differ. Everything else stays: a pattern takes no more than it must. Where a star
would take other files too, it is written digit by digit; where that does too, the name stays.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from fnmatch import fnmatchcase, translate
from glob import escape
from typing import Final

from rollbook.core.sources.delivery import DATE, date_in
from rollbook.core.sources.renamed_files import LONGEST_PATTERN, has_word
from rollbook.core.visible import UNSEEN

STAR: Final = "*"
DIGIT: Final = "[0-9]"
ONLY_THIS: Final = "A pattern for other nights would take other files too."
TOO_MANY: Final = "It has too many numbers, or the folder too many files, to propose a pattern."
MOST_STARS: Final = 8
MOST_NUMBERS: Final = 24
"""In a name; one with more of them is one text."""
MOST_COMPARED: Final = 2_000_000
"""Names that are compared with patterns, for all proposals together: a second or two."""
_TIME: Final = re.compile(r"[-_.T ]?(?:[01]\d|2[0-3])[-.]?[0-5]\d(?:[-.]?[0-5]\d)?Z?(?!\d)")
"""Right after a date: 0200, _02-00-15, T020015Z."""
_NUMBER: Final = re.compile(r"(\d+)")
FILLS: Final = ("1", "20261128", "x")
"""What a wildcard may stand for in a name that is made of a pattern."""
_WILDCARD: Final = re.compile(r"\*|\?|\[!?(.)[^]]*\]")
_STARS: Final = re.compile(r"\*{2,}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The pattern for a name, and why it takes this name alone; "" where it does not, or must."""

    pattern: str
    why_exact: str = ""


class _Kind(Enum):
    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    """With its time."""


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: _Kind
    text: str


@dataclass(slots=True)
class _Shape:
    """Names that differ in their dates and numbers alone."""

    numbers: list[str]
    """Of the first of them."""
    vary: set[int] = field(default_factory=set)
    """Which of the numbers are not the same in all of them."""
    of_day: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    """The numbers of the first of each date."""
    apart: set[int] = field(default_factory=set)
    """Which of them differ on the same date: they tell exports apart, such as schools."""

    @property
    def counters(self) -> set[int]:
        return self.vary - self.apart


def proposed_patterns(
    names: Iterable[str], wanted: Iterable[str], *, others: Iterable[str] = ()
) -> Mapping[str, Proposal]:
    """Return the pattern for each of `wanted`, names in a folder whose names are all `names`.

    It takes no name that differs in more than dates and numbers, and none that the patterns of
    other feeds take, `others`. A name is left out where no pattern takes it that a feed can have.
    """
    folder = _Folder([*names], [*others])
    proposals = {name: folder.proposal(name) for name in wanted}
    return {name: each for name, each in proposals.items() if each is not None}


class _Folder:
    """The names in a folder, by their shapes."""

    def __init__(self, names: Sequence[str], others: Sequence[str]) -> None:
        self._shapes: dict[str, _Shape] = {}
        self._names: dict[str, str] = {}
        self._taken: dict[str, frozenset[str]] = {}
        self._compared = 0
        for name in names:
            shape, numbers, dates = _taken_apart(name)
            self._names[name] = shape
            known = self._shapes.setdefault(shape, _Shape(numbers))
            known.vary |= _differing(known.numbers, numbers)
            if dates:
                known.apart |= _differing(known.of_day.setdefault(dates, numbers), numbers)
        self._of_others = frozenset().union(*map(self._taken_by, others))
        self._others = others
        self._made_of_others = {made for each in others for made in _made_of(each)}

    def proposal(self, name: str) -> Proposal | None:
        """Return the widest pattern that takes no other files, None where a feed can have none."""
        shape, *_ = _taken_apart(name)
        vary = self._shapes[shape].counters if shape in self._shapes else set()
        exact = _pattern(name, None)
        starred, dated = _pattern(name, vary), _pattern(name, vary, by_digit=True)
        is_bounded = (
            starred.count(STAR) <= MOST_STARS
            and self._compared < MOST_COMPARED
            and not _is_crowded(name)
        )
        if starred != exact and is_bounded:
            if has_word(starred) and self._is_safe(starred, name, shape):
                return Proposal(starred)
            if self._is_safe(dated, name, shape):
                return Proposal(dated)
        if not _is_usable(exact, name) or not self._takes_only(exact, name):
            return None
        if not is_bounded:
            return Proposal(exact, TOO_MANY)
        return Proposal(exact, "" if starred == exact else ONLY_THIS)

    def _takes_only(self, exact: str, name: str) -> bool:
        """Tell whether an exact pattern takes this name alone: a sign that can't be written is any
        one of its pattern."""
        if "?" not in exact:
            return True
        return self._compared < MOST_COMPARED and self._taken_by(exact) <= {name}

    def _is_safe(self, pattern: str, name: str, shape: str) -> bool:
        if not _is_usable(pattern, name) or self._meets_others(pattern):
            return False
        taken = self._taken_by(pattern)
        return taken.isdisjoint(self._of_others) and all(
            self._names[each] == shape for each in taken
        )

    def _meets_others(self, pattern: str) -> bool:
        """Tell whether a name may come that the pattern takes and another feed's, too."""
        takes = re.compile(translate(pattern)).match
        return any(map(takes, self._made_of_others)) or any(
            fnmatchcase(made, other) for made in _made_of(pattern) for other in self._others
        )

    def _taken_by(self, pattern: str) -> frozenset[str]:
        if pattern not in self._taken:
            takes = re.compile(translate(pattern)).match
            self._compared += len(self._names)
            self._taken[pattern] = frozenset(name for name in self._names if takes(name))
        return self._taken[pattern]


def _is_usable(pattern: str, name: str) -> bool:
    return len(pattern) <= LONGEST_PATTERN and fnmatchcase(name, pattern)


def _differing(ones: Sequence[str], others: Sequence[str]) -> set[int]:
    pairs = zip(ones, others, strict=True)
    return {at for at, (one, other) in enumerate(pairs) if one != other}


def _made_of(pattern: str) -> set[str]:
    """Return names that a pattern takes, such as may come where none of its files is here now."""
    return {_filled(pattern, fill) for fill in FILLS}


def _filled(pattern: str, fill: str) -> str:
    return _WILDCARD.sub(lambda found: found[1] or fill, pattern)


def _taken_apart(name: str) -> tuple[str, list[str], tuple[str, ...]]:
    """Return the name with signs for dates and numbers, the numbers, and the dates."""
    signs = {_Kind.NUMBER: "\0", _Kind.DATE: "\1"}
    pieces = _pieces(name)
    numbers = [piece.text for piece in pieces if piece.kind is _Kind.NUMBER]
    dates = tuple(piece.text for piece in pieces if piece.kind is _Kind.DATE)
    return "".join(signs.get(piece.kind, f"\2{piece.text}") for piece in pieces), numbers, dates


def _pattern(name: str, vary: set[int] | None, *, by_digit: bool = False) -> str:
    """Return the pattern in which dates and the numbers that vary are open; None: nothing is."""
    written, number = [], -1
    for piece in _pieces(name):
        number += piece.kind is _Kind.NUMBER
        is_number = piece.kind is _Kind.NUMBER and number in (vary or ())
        if vary is None or not (is_number or piece.kind is _Kind.DATE):
            written.append(_literal(piece.text))
        else:
            written.append(re.sub("[0-9]", DIGIT, piece.text) if by_digit else STAR)
    pattern = "".join(written)
    if vary is not None and not by_digit:
        pattern = _STARS.sub(STAR, pattern)
    # A form takes spaces off both ends.
    if pattern.startswith(" "):
        pattern = f"?{pattern[1:]}"
    return f"{pattern[:-1]}?" if pattern.endswith(" ") else pattern


def _literal(text: str) -> str:
    """Return a pattern of this text alone; what cannot be seen or kept is any one character."""
    escaped = UNSEEN.sub("?", escape(text))
    return "".join(each if each.isprintable() else "?" for each in escaped)


def _pieces(name: str) -> list[_Piece]:
    """Return texts, numbers and dates with their times, in their order."""
    if _is_crowded(name):
        return [_Piece(_Kind.TEXT, name)]
    pieces: list[_Piece] = []
    at = 0
    for found in DATE.finditer(name):
        if found.start() < at or date_in(found[0]) is None:
            continue
        pieces += _apart(name[at : found.start()])
        at = found.end()
        if time := _TIME.match(name, at):
            at = time.end()
        pieces.append(_Piece(_Kind.DATE, name[found.start() : at]))
    return pieces + _apart(name[at:])


def _is_crowded(name: str) -> bool:
    return len(_NUMBER.findall(name)) > MOST_NUMBERS


def _apart(text: str) -> list[_Piece]:
    parts = [part for part in _NUMBER.split(text) if part]
    return [_Piece(_Kind.NUMBER if part.isdecimal() else _Kind.TEXT, part) for part in parts]
