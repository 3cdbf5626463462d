"""A file that came under another name: which name is alike, and the pattern that takes both.

Pure. Only a person lets a feed take another name.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import Final

from rollbook.core.sources.delivery import date_in
from rollbook.core.sources.suggestions import printable
from rollbook.core.sources.widening import literals, widened

ALIKE: Final = 0.7
"""Of two names, from 0 to 1: the share of their letters that lie in words of both."""
WORD_ALIKE: Final = 0.8
"""The same of the letters of two words: *student* and *students*, not *schools*."""
MOST: Final = 5
"""Names that are proposed at once, the most alike."""
LONGEST_PATTERN: Final = 255
ENDINGS: Final = frozenset({"csv", "txt", "tsv", "tab", "dat", "xlsx", "xlsm", "zip", "gz"})
"""Of files that hold a table, or hold one packed."""

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A name in a folder and the server's time of the file; None: the server does not say."""

    name: str
    modified: int | None


@dataclass(frozen=True, slots=True)
class NewName:
    """A file that came instead, safe to print, and what the feed's pattern would become."""

    name: str
    shape: str
    """The name with # for each number: tomorrow's file has the same one."""
    pattern: str


def renamed_files(
    pattern: str,
    files: Iterable[NamedFile],
    *,
    last: NamedFile | None,
    is_of_other_feed: Callable[[str], bool],
) -> list[NewName]:
    """Return the names that a feed's file probably has now, the most alike first.

    `last` is the last file that was imported: what is no newer is none. What another feed takes is
    none, nor is a name for which the pattern would have to take another feed's file too.
    """
    files = list(files)
    of_others = [file.name for file in files if is_of_other_feed(file.name)]
    found: dict[str, tuple[float, NewName]] = {}
    for file in files:
        likeness = _likeness(pattern, file.name)
        if likeness < ALIKE or not _is_newer(file, last) or file.name in of_others:
            continue
        wider = widened(pattern, file.name)
        is_wide = len(wider) > LONGEST_PATTERN or _likeness(pattern, literals(wider)) < ALIKE
        if wider == pattern or is_wide or any(fnmatchcase(name, wider) for name in of_others):
            continue
        new = NewName(printable(file.name), _shape(file.name), wider)
        if new.shape not in found or found[new.shape][1].name < new.name:
            found[new.shape] = likeness, new
    best = sorted(found.values(), key=lambda each: (-each[0], each[1].name))
    return [new for _, new in best[:MOST]]


def _is_newer(file: NamedFile, last: NamedFile | None) -> bool:
    """Tell whether it came after the last one, by the server's times or the dates in the names."""
    if last is None:
        return True
    if file.modified and last.modified:
        return file.modified > last.modified
    day, before = date_in(file.name), date_in(last.name)
    return day is not None and before is not None and day > before


def _likeness(pattern: str, name: str) -> float:
    """Return the share of the letters of both in words that are alike, from 0 to 1.

    Numbers, dates, what a wildcard takes, case and a table's ending do not count. A name with
    another ending than a table's is like nothing, and a pattern without a word has nothing like it.
    """
    if not _is_table(name):
        return 0.0
    ours, theirs = _words(literals(pattern)), _words(name)
    if not ours or not theirs:
        return 0.0
    if "".join(ours) == "".join(theirs):
        return 1.0
    letters = sum(map(len, ours)) + sum(map(len, theirs))
    left, common = list(theirs), 0
    for word in ours:
        ratio, alike = max(((_ratio(word, other), other) for other in left), default=(0.0, ""))
        if ratio >= WORD_ALIKE:
            left.remove(alike)
            common += len(word) + len(alike)
    return common / letters


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _words(text: str) -> Sequence[str]:
    base = text
    while "." in base and base.rpartition(".")[2].casefold() in ENDINGS:
        base = base.rpartition(".")[0]
    apart = "".join(each if each.isalpha() else " " for each in _HUMP.sub(" ", base))
    return apart.casefold().split()


def _is_table(name: str) -> bool:
    _, dot, ending = name.rpartition(".")
    return not dot or ending.strip("*? ").casefold() in {"", *ENDINGS} or not ending.isalpha()


def _shape(name: str) -> str:
    return printable(re.sub(r"\d+", "#", name))
