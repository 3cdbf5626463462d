"""Text whose columns are aligned with blanks: known, so that it can be named. It is not read.

Only declared positions could tell where a column ends: a name may hold blanks, and a column may be
full to its last character.
"""

from collections.abc import Sequence
from typing import Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.reading.lone_lines import DELIMITERS

FEWEST_LINES: Final = 3
LONGEST: Final = 5_000
MOST_WORDS: Final = 60


def is_fixed_width(lines: Sequence[str], catalogue: Catalogue) -> bool:
    """Tell whether the first line holds two known headers or more, at places where others begin."""
    kept = [line.rstrip("\r\n")[:LONGEST] for line in lines if line.strip()]
    if len(kept) < FEWEST_LINES or any(sign in kept[0] for sign in DELIMITERS):
        return False
    starts = [at for at in range(1, len(kept[0])) if _is_start(kept, at)]
    bounds = [0, *starts, len(kept[0])][: MOST_WORDS + 1]
    known = 0
    begin = 0
    for end in range(1, len(bounds)):
        if catalogue.find(kept[0][bounds[begin] : bounds[end]]) is not None:
            known += 1
            begin = end
        elif end - begin > 3:
            begin += 1
    return known > 1


def _is_start(lines: Sequence[str], at: int) -> bool:
    """Tell whether in the header a word begins here, and in all lines a blank is before it."""
    is_word = lines[0][at] != " " and lines[0][at - 1] == " "
    return is_word and all(line[at - 1 : at] in ("", " ", "-") for line in lines)
