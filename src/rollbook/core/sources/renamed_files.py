"""A file that came under another name: which name is alike, and the pattern that takes both.

Of the newest files that are not alike it is said why not. Pure. Only a person lets a feed take
another name.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from fnmatch import fnmatchcase
from glob import escape
from typing import Final

from rollbook.core.sources.delivery import date_in
from rollbook.core.sources.freshness import ONE_NIGHT
from rollbook.core.sources.named_file import NamedFile
from rollbook.core.sources.suggestions import printable
from rollbook.core.sources.widening import literals, widened

ALIKE: Final = 0.7
"""Of two names, from 0 to 1: the share of their letters that lie in words of both."""
WORD_ALIKE: Final = 0.8
"""The same of the letters of two words: *student* and *students*, not *schools*."""
MOST: Final = 5
"""Names that are proposed at once, the most alike."""
NEWEST: Final = 3
"""Files of a folder that are told where none matched, whatever their names."""
LONGEST_PATTERN: Final = 255
RENAMED: Final = "NEWER_FILE_RENAMED"
ENDINGS: Final = frozenset({"csv", "txt", "tsv", "tab", "dat", "xlsx", "xlsm", "zip", "gz"})
"""Of files that hold a table, or hold one packed."""

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


class WhyNot(StrEnum):
    """Why a file is not proposed."""

    OTHER_FEED = "other_feed"
    """Another feed takes it."""
    UNLIKE = "unlike"
    OLDER = "older"
    """It is no newer than the last file that was imported."""
    TOO_WIDE = "too_wide"
    """A pattern for both names would be too long, too general, or take another feed's files."""


@dataclass(frozen=True, slots=True)
class NewName:
    """A file that came instead, safe to print, and what the feed's pattern would become."""

    name: str
    shape: str
    """The name with # for each number: tomorrow's file has the same one."""
    pattern: str
    """'' where no pattern can take it."""
    why_not: WhyNot | None = None
    """None: it is proposed."""
    modified: int | None = None
    """The server's time of the file."""


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
        likeness, new = _judged(pattern, file, last=last, of_others=of_others)
        if new.why_not is not None:
            continue
        if new.shape not in found or found[new.shape][1].name < new.name:
            found[new.shape] = likeness, new
    best = sorted(found.values(), key=lambda each: (-each[0], each[1].name))
    return [new for _, new in best[:MOST]]


def newer_names(
    pattern: str,
    files: Iterable[NamedFile],
    *,
    taken: NamedFile,
    is_known: bool,
    beside: int,
    is_of_other_feed: Callable[[str], bool],
) -> list[NewName]:
    """Return the names that a feed's file probably has now, though an older file matches still.

    `taken` is the file that matched. Of one that `is_known`, because it was imported before, what
    came after it counts; `beside` is the time of the newest file that came with it. What comes in
    one night with a new file is something else, such as a summary of it.
    """
    since = taken.modified or 0
    since = max(since, beside) if is_known else since and since + ONE_NIGHT
    last = NamedFile(taken.name, since or None)
    return renamed_files(pattern, files, last=last, is_of_other_feed=is_of_other_feed)


def renamed_sentence(count: int) -> str:
    """Return what is said of newer files that were not taken for their names."""
    files = "A newer file" if count == 1 else f"{count} newer files"
    which = "it's" if count == 1 else "one of them is"
    return (
        f"{files} came under a similar name, which this feed doesn't take, so an older file was "
        f"read. If {which} the export, use its name for the feed. If not, ignore it."
    )


def newest_files(
    pattern: str,
    files: Iterable[NamedFile],
    *,
    last: NamedFile | None,
    is_of_other_feed: Callable[[str], bool],
) -> list[NewName]:
    """Return the NEWEST files that may hold a table, the newest first, each with why it is not
    proposed and a pattern that a person may choose all the same."""
    files = [file for file in files if _is_table(file.name)]
    of_others = [file.name for file in files if is_of_other_feed(file.name)]
    newest = sorted(files, key=lambda file: (file.modified or 0, file.name), reverse=True)
    judged: dict[str, NewName] = {}
    for file in newest:
        if len(judged) == NEWEST:
            break
        _, new = _judged(pattern, file, last=last, of_others=of_others)
        judged.setdefault(new.shape, new)
    return list(judged.values())


def _judged(
    pattern: str, file: NamedFile, *, last: NamedFile | None, of_others: Sequence[str]
) -> tuple[float, NewName]:
    """Return how alike a name is, and what is proposed of it or why nothing is."""
    likeness, wider = _likeness(pattern, file.name), ""
    if file.name in of_others:
        why: WhyNot | None = WhyNot.OTHER_FEED
    elif likeness < ALIKE:
        why, wider = WhyNot.UNLIKE, _of_its_own(file.name, of_others)
    else:
        wider = widened(pattern, file.name)
        is_wide = len(wider) > LONGEST_PATTERN or _likeness(pattern, literals(wider)) < ALIKE
        if wider == pattern or is_wide or any(fnmatchcase(name, wider) for name in of_others):
            why, wider = WhyNot.TOO_WIDE, _of_its_own(file.name, of_others)
        else:
            why = None if _is_newer(file, last) else WhyNot.OLDER
    name = printable(file.name)
    return likeness, NewName(name, _shape(file.name), wider, why, file.modified)


def _of_its_own(name: str, of_others: Sequence[str]) -> str:
    """Return a pattern that takes a name with whatever numbers; '' where that is none to use."""
    pattern = re.sub(r"\d+", "*", escape(name))
    is_plain = name.isprintable() and printable(name) == name and "/" not in name
    is_wide = not has_word(pattern) or len(pattern) > LONGEST_PATTERN
    is_taken = any(fnmatchcase(each, pattern) for each in of_others)
    return "" if is_wide or is_taken or not is_plain else pattern


def has_word(pattern: str) -> bool:
    """Tell whether a pattern has a letter before its endings; any name may match one without."""
    base = pattern.rpartition(".")[0] or pattern
    while "." in base and base.rpartition(".")[2].casefold() in {"tar", *ENDINGS}:
        base = base.rpartition(".")[0]
    return re.search(r"[^\W\d_]", base) is not None


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
