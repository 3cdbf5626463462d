"""The words of a text file that hold bytes beyond ASCII: by them its encoding is known."""

from typing import Final

MOST_WORDS: Final = 20_000
"""Different words that are kept; more say nothing new."""

LONGEST_WORD: Final = 60
"""Bytes. What is longer is no word, and its end alone is kept."""

_SPACED: Final = bytes(
    byte if byte >= 0x80 or chr(byte).isalpha() or byte == ord("'") else ord(" ")
    for byte in range(256)
)


class StrangeWords:
    """Collects the different words with bytes beyond ASCII, block by block."""

    def __init__(self) -> None:
        self.words: set[bytes] = set()
        self._rest = b""

    def add(self, block: bytes) -> set[bytes]:
        """Take in the next block; return the words that are new. The last one waits for more."""
        if block.isascii() and self._rest.isascii():
            self._rest = block[-LONGEST_WORD:].translate(_SPACED).rpartition(b" ")[2]
            return set()
        whole, _, rest = (self._rest + block.translate(_SPACED)).rpartition(b" ")
        self._rest = rest[-LONGEST_WORD:]
        return self._keep(set(whole.split()))

    def finish(self) -> set[bytes]:
        """Take in the last word; return it if it is new."""
        rest, self._rest = self._rest, b""
        return self._keep({rest})

    def _keep(self, found: set[bytes]) -> set[bytes]:
        new = {word for word in found if not word.isascii()} - self.words
        if len(self.words) < MOST_WORDS:
            self.words.update(word[-LONGEST_WORD:] for word in new)
        return new
