"""What validation remembers of the texts that it has judged, and how much of them at most."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

MOST_REMEMBERED: Final = 50_000
"""Distinct texts that a column remembers."""

MOST_TOGETHER: Final = 200_000
"""Distinct texts that all columns and rules remember: some 50 MB in a file of nothing but noise."""

LONGEST_REMEMBERED: Final = 80
"""Characters of such a text: longer ones are rare, and would fill the memory."""

V = TypeVar("V")


class Remembered(dict[str, V]):
    """What `judge` says of a text, asked once for each text that is not too long."""

    def __init__(self, judge: Callable[[str], V]) -> None:
        super().__init__()
        self._judge = judge

    def __missing__(self, text: str) -> V:
        found = self._judge(text)
        if len(text) <= LONGEST_REMEMBERED:
            self[text] = found
        return found


def forget(memories: Sequence[dict[Any, Any]]) -> None:
    """Clear what has become too much. Only between two chunks: a remark is looked up again."""
    for memory in memories:
        if len(memory) > MOST_REMEMBERED:
            memory.clear()
    if sum(map(len, memories)) > MOST_TOGETHER:
        for memory in memories:
            memory.clear()
