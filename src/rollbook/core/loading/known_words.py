"""Words of the students' names that hold letters beyond ASCII: they show a file's encoding.

A word that an earlier import has read with doubt shows nothing: it may be stored as it was misread.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

import psycopg

from rollbook.core.loading.statements import portions

MOST_NAMES: Final = 20_000
"""Different names; more say nothing new."""

RECENT_JOBS: Final = 1_000
"""Jobs whose doubts count. A doubt that remains is told by each import again."""

_WORD: Final = re.compile(r"[^\x00-&(-@\[-`{-\x7f]+")
"""As the words of a file are split: letters, apostrophes, and all that is beyond ASCII."""


def accented_words(cursor: psycopg.Cursor[Any]) -> tuple[str, ...]:
    """Return the words in lower case, composed (NFC), in a fixed order."""
    names = portions(cursor.connection, "accented_names", most=MOST_NAMES)
    words = set(_words(name for (name,) in names))
    if not words:
        return ()
    doubtful = portions(cursor.connection, "doubtful_words", jobs=RECENT_JOBS)
    doubted = (example for (value,) in doubtful for example in value.split("; "))
    return tuple(sorted(words - set(_words(example.split(" (")[0] for example in doubted))))


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for word in _WORD.findall(unicodedata.normalize("NFC", text)):
            if not word.isascii():
                yield word.strip("'").lower()
