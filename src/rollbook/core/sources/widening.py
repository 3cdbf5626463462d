"""A pattern of file names made wider, by as little as takes one more name. Pure."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

STAR: Final = "*"
NEW_STAR: Final = -1.5
"""What one more star costs, in letters that are kept."""
OTHER_CASE: Final = 0.5
"""What a letter counts that is kept in both cases."""
ONE_OF_ANY: Final = 0.4
"""What a ? or a set of the pattern counts that is kept."""

_PARTS: Final = re.compile(r"\*+|\?|\[!?\]?[^\]]*\]|\d+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Step:
    """How a state was reached best: the state before it, and what was written on the way."""

    score: float
    before: tuple[int, int, bool] | None
    text: str


def widened(pattern: str, name: str) -> str:
    """Return a pattern that takes `name` and all that `pattern` takes.

    Its text is text of `pattern` that is in `name` too: what differs becomes a star, a letter in
    another case a choice of two. A number is kept as a whole or not at all.
    """
    if fnmatchcase(name, pattern):
        return pattern
    parts = _PARTS.findall(pattern)
    best: dict[tuple[int, int, bool], _Step] = {(0, 0, False): _Step(0.0, None, "")}
    for place in range(len(parts) + 1):
        for at in range(len(name) + 1):
            for in_star in (False, True):
                if (place, at, in_star) in best:
                    _go_on(best, (place, at, in_star), parts, name)
    ends = [(len(parts), len(name), in_star) for in_star in (False, True)]
    state: tuple[int, int, bool] | None = max(
        (end for end in ends if end in best), key=lambda end: best[end].score
    )
    written = []
    while state is not None:
        written.append(best[state].text)
        state = best[state].before
    return "".join(reversed(written))


def literals(pattern: str) -> str:
    """Return the text of a pattern, with a star for each of its wildcards; of a choice between a
    letter's two cases, the letter."""
    return "".join(map(_literal, _PARTS.findall(pattern)))


def _literal(part: str) -> str:
    if len(part) == 4 and part[0] == "[" and part[1].casefold() == part[2].casefold():
        return part[2]
    return STAR if _is_wild(part) else part


def _is_wild(part: str) -> bool:
    return part[0] in "*?" or (part[0] == "[" and len(part) > 1)


def _go_on(
    best: dict[tuple[int, int, bool], _Step],
    state: tuple[int, int, bool],
    parts: list[str],
    name: str,
) -> None:
    """Note what can follow a state: it is later in the pattern, in the name, or in a star."""
    place, at, in_star = state
    score = best[state].score

    def reach(to: tuple[int, int, bool], gain: float, text: str) -> None:
        if to not in best or best[to].score < score + gain:
            best[to] = _Step(score + gain, state, text)

    part = parts[place] if place < len(parts) else ""
    if part.startswith(STAR):
        reach((place + 1, at, True), 0.0, "" if in_star else STAR)
    elif part and (kept := _kept(part, name, at)) is not None:
        gain, text, length = kept
        reach((place + 1, at + length, False), gain, text)
    if not in_star:
        reach((place, at, True), NEW_STAR, STAR)
        return
    if part:
        reach((place + 1, at, True), 0.0, "")
    if at < len(name):
        reach((place, at + 1, True), 0.0, "")


def _kept(part: str, name: str, at: int) -> tuple[float, str, int] | None:
    """Return what keeping a part of the pattern here counts, what is written, and how many
    characters of the name it takes; None where it takes none."""
    if part.isdigit():
        is_whole = not name[at - 1 : at].isdigit() and not name[at + len(part) :][:1].isdigit()
        is_here = name.startswith(part, at) and is_whole
        return (float(len(part)), part, len(part)) if is_here else None
    there = name[at : at + 1]
    if not there:
        return None
    if _is_wild(part):
        return (ONE_OF_ANY, part, 1) if fnmatchcase(there, part) else None
    if there == part:
        return 1.0, part, 1
    is_letter = there.isalpha() and len(part.swapcase()) == 1
    return (OTHER_CASE, f"[{part}{there}]", 1) if is_letter and part.swapcase() == there else None
