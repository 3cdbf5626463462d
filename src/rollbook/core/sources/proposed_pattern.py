"""From one file's name to a pattern that takes the files of other nights too. Pure.

Dates become a star, with a time right after them; so does a number in which files of the same
name otherwise differ. Everything else stays: a pattern takes no more than it must.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from rollbook.core.sources.delivery import DATE, date_in
from rollbook.core.sources.renamed_files import LONGEST_PATTERN
from rollbook.core.visible import UNSEEN

STAR: Final = "*"
_TIME: Final = re.compile(r"[-_.T ]?(?:[01]\d|2[0-3])[-.]?[0-5]\d(?:[-.]?[0-5]\d)?Z?(?!\d)")
"""Right after a date: 0200, _02-00-15, T020015Z."""
_NUMBER: Final = re.compile(r"(\d+)")
_WILD: Final = re.compile(r"([*?\[])")
_STARS: Final = re.compile(r"\*{2,}")


@dataclass(slots=True)
class _Shape:
    """Names that differ in their dates and numbers alone."""

    numbers: list[str]
    """Of the first of them."""
    vary: set[int] = field(default_factory=set)
    """Which of the numbers are not the same in all of them."""


def proposed_patterns(names: Iterable[str], wanted: Iterable[str]) -> Mapping[str, str]:
    """Return the pattern for each of `wanted`, names in a folder whose names are all `names`.

    A name is left out where no pattern takes it that a feed can have.
    """
    shapes: dict[str, _Shape] = {}
    for name in names:
        shape, numbers = _taken_apart(name)
        known = shapes.setdefault(shape, _Shape(numbers))
        pairs = zip(known.numbers, numbers, strict=True)
        known.vary.update(at for at, (one, other) in enumerate(pairs) if one != other)
    found = {}
    for name in wanted:
        like = shapes.get(_taken_apart(name)[0])
        pattern = _pattern(name, like.vary if like else set())
        if len(pattern) <= LONGEST_PATTERN and fnmatchcase(name, pattern):
            found[name] = pattern
    return found


def _taken_apart(name: str) -> tuple[str, list[str]]:
    """Return the name with signs for dates and numbers, and the numbers."""
    pieces = _pieces(name)
    numbers = [piece for piece in pieces if piece.isdecimal()]
    return "".join("\0" if piece.isdecimal() else f"\1{piece}" for piece in pieces), numbers


def _pattern(name: str, vary: set[int]) -> str:
    written, number = [], -1
    for piece in _pieces(name):
        number += piece.isdecimal()
        if piece == "" or (piece.isdecimal() and number in vary):
            written.append(STAR)
        else:
            written.append(_literal(piece))
    pattern = _STARS.sub(STAR, "".join(written))
    # A form takes spaces off both ends.
    if pattern.startswith(" "):
        pattern = f"?{pattern[1:]}"
    return f"{pattern[:-1]}?" if pattern.endswith(" ") else pattern


def _literal(text: str) -> str:
    """Return a pattern of this text alone; what cannot be seen or kept is any one character."""
    escaped = UNSEEN.sub("?", _WILD.sub(r"[\1]", text))
    return "".join(each if each.isprintable() else "?" for each in escaped)


def _pieces(name: str) -> list[str]:
    """Return texts, numbers and "" for each date with its time, in their order."""
    pieces: list[str] = []
    at = 0
    for found in DATE.finditer(name):
        if found.start() < at or date_in(found[0]) is None:
            continue
        _add(pieces, name[at : found.start()])
        pieces.append("")
        at = found.end()
        if time := _TIME.match(name, at):
            at = time.end()
    _add(pieces, name[at:])
    return pieces


def _add(pieces: list[str], text: str) -> None:
    pieces.extend(piece for piece in _NUMBER.split(text) if piece)
