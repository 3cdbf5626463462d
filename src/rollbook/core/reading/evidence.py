"""In which of the single-byte encodings a file's words make sense: by their accented letters.

`García` of a Mac is `Garc’a` in Windows-1252: each encoding gives every word a meaning, but only
the right one puts letters where names have them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from rollbook.core.reading.encodings import (
    CP850,
    MAC_ROMAN,
    WINDOWS_1250,
    WINDOWS_1252,
    Encoding,
)
from rollbook.core.reading.word_sense import Judged, Sense, WordJudge, mixes_case

OTHERS: Final = (MAC_ROMAN, CP850, WINDOWS_1250)
"""What a file without a mark may be written in besides Windows-1252."""

ALL: Final = (WINDOWS_1252, *OTHERS)

ENOUGH: Final = 1
ENOUGH_FOR_OTHERS: Final = 3
"""So much must speak for an encoding and against each other one, or what may be read otherwise is
doubtful: a familiar word for Windows-1252, which most files are in; for others a known name or
three familiar words."""

FEW: Final = 8
"""From so many words on, what is strange in one encoding and in another is no doubt alone."""

EVERYDAY: Final = frozenset("áéíóúñüç")
"""In a familiar place these are believed even where the other reading is only strange."""

TURKISH: Final = frozenset("ðþý")
"""In whose place Windows-1254, which is not looked at, has letters that are more common."""

MARGIN: Final = 3
"""By so much another encoding must do better than Windows-1252: by a name that is known to the
letter, a familiar word in place of a spoiled one, or three in place of strange ones."""

STORED: Final = 2
"""So much more a name counts that a student of the district has."""

MOST_SPOILED: Final = 10
"""Percent of the words that may make no sense in the encoding that is decided for."""

MOST_JUDGED: Final = 300
"""Words that decide. More of one language say the same."""

NO_SIGNS: Final = bytes({*range(0x80), *range(0xC0, 0x100)})
"""Bytes that are no sign beyond ASCII in Windows-1252."""

MOST_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Decided:
    """`doubtful` are words that make no sense as they are read, with what else they may be."""

    encoding: Encoding
    doubtful: tuple[str, ...] = ()


def decide_encoding(words: Collection[bytes], names: frozenset[str] = frozenset()) -> Decided:
    """Return the encoding in which the words with bytes beyond ASCII make sense.

    `names` are words of the district's own students, in lower case. Where nothing shows another
    encoding clearly it is Windows-1252, and `doubtful` says what is strange. Where nothing but
    the lack of anything better speaks for an encoding, all that may be read otherwise is doubtful.
    """
    return _Evidence(_some(words), WordJudge(names)).decide()


def _some(words: Collection[bytes]) -> list[bytes]:
    """Return words from everywhere in the alphabet, and as many with what may be a sign."""
    ordered = sorted(words)
    signs = [word for word in ordered if word.translate(None, NO_SIGNS)]
    return sorted({*_spread(ordered), *_spread(signs)})


def _spread(ordered: list[bytes]) -> list[bytes]:
    return ordered[:: max(len(ordered) // MOST_JUDGED, 1)][:MOST_JUDGED]


@dataclass(frozen=True, slots=True)
class _Evidence:
    words: list[bytes]
    judge: WordJudge

    def decide(self) -> Decided:
        scores = {each: self._score(each) for each in OTHERS}
        best = max(OTHERS, key=lambda each: scores[each])
        usual = sum(_counted(self._usual(word)) for word in self.words)
        is_better = scores[best] > 0 and scores[best] - usual >= MARGIN
        if is_better and self._is_clear(best, scores):
            return Decided(best, self._examples(self._unsupported(best), best))
        doubtful = self._strange() or self._unsupported(WINDOWS_1252)
        return Decided(WINDOWS_1252, self._examples(doubtful, WINDOWS_1252))

    def _usual(self, word: bytes) -> Judged:
        return self.judge.judge(word, WINDOWS_1252)

    def _score(self, encoding: Encoding) -> int:
        """Return the sum of sense. A sign in Windows-1252 too says nothing for another one."""
        judged = ((self.judge.judge(word, encoding), self._usual(word)) for word in self.words)
        return sum(_worth(each, usual) for each, usual in judged)

    def _is_clear(self, best: Encoding, scores: dict[Encoding, int]) -> bool:
        """Tell whether hardly a word is spoiled in `best`, and no rival does as well otherwise."""
        words = self.words
        spoiled = sum(self.judge.judge(word, best).sense is Sense.SPOILED for word in words)
        rivals = [each for each in OTHERS if each is not best and scores[each] >= scores[best]]
        return spoiled * 100 <= len(words) * MOST_SPOILED and all(
            _text(word, best) == _text(word, rival) for rival in rivals for word in words
        )

    def _strange(self) -> list[bytes]:
        """Return the words that make no sense in Windows-1252, or more in another encoding."""
        spoiled = {word for word in self.words if self._usual(word).sense is Sense.SPOILED}
        better = {word for word in self.words if self._better(word)}
        sensible = sum(
            self._usual(word).sense >= Sense.FAMILIAR for word in self.words if word not in better
        )
        return sorted(spoiled | better if len(better) > sensible else spoiled)

    def _better(self, word: bytes) -> list[Encoding]:
        """Return the encodings in which `word` makes more sense than in Windows-1252."""
        usual = self._usual(word)
        is_strange = not usual.has_signs and usual.sense < Sense.FAMILIAR
        found = []
        for other in self._rivals(word, WINDOWS_1252):
            judged = self.judge.judge(word, other)
            makes_sense = judged.sense > usual.sense or judged.is_elided
            is_known = judged.sense is Sense.KNOWN and usual.sense is not Sense.KNOWN
            if is_known or (is_strange and makes_sense and _is_sensible(judged)):
                found.append(other)
        return found

    def _rivals(self, word: bytes, encoding: Encoding) -> list[Encoding]:
        """Return the encodings in which `word` is another one."""
        text = _text(word, encoding)
        return [each for each in ALL if _text(word, each) != text]

    def _unsupported(self, encoding: Encoding) -> list[bytes]:
        """Return the words that may be read otherwise, where too little speaks for `encoding`."""
        enough = ENOUGH if encoding is WINDOWS_1252 else ENOUGH_FOR_OTHERS
        is_thin = len(self.words) < FEW
        found: set[bytes] = set()
        for rival in ALL:
            words = [word for word in self.words if rival in self._rivals(word, encoding)]
            if sum(self._support(word, encoding, rival) for word in words) < enough:
                found.update(word for word in words if is_thin or self._is_read(word, rival))
        return sorted(found)

    def _is_read(self, word: bytes, encoding: Encoding) -> bool:
        return self.judge.judge(word, encoding).sense >= Sense.FAMILIAR

    def _support(self, word: bytes, encoding: Encoding, rival: Encoding) -> int:
        """Return how much `word` speaks for `encoding` and against `rival`."""
        own, other = self.judge.judge(word, encoding), self.judge.judge(word, rival).sense
        if own.sense <= other:
            return int(own.is_usual and other < Sense.KNOWN)
        text = _text(word, encoding)
        letters = {letter.lower() for letter in text if not letter.isascii()}
        if own.sense is Sense.KNOWN:
            return 0 if text.islower() and not text[0].isascii() else Sense.KNOWN
        if text.islower() or not letters.isdisjoint(TURKISH):
            return 0
        is_usual = own.sense is Sense.FAMILIAR and letters <= EVERYDAY and not mixes_case(text)
        return int(other is Sense.SPOILED or is_usual)

    def _readings(self, word: bytes, encoding: Encoding) -> list[Encoding]:
        """Return the other encodings in which `word` makes sense, the best ones first."""
        found = [
            each
            for each in self._rivals(word, encoding)
            if self.judge.judge(word, each).sense is not Sense.SPOILED
        ]
        return sorted(found, key=lambda each: -self.judge.judge(word, each).sense)

    def _examples(self, words: list[bytes], encoding: Encoding) -> tuple[str, ...]:
        return tuple(self._example(word, encoding) for word in words[:MOST_EXAMPLES])

    def _example(self, word: bytes, encoding: Encoding) -> str:
        shown = word.decode(encoding.codec, "backslashreplace")
        others = self._better(word) if encoding is WINDOWS_1252 else []
        others = others or self._readings(word, encoding)
        meant = ", ".join(f"{_text(word, each)} in {each.name}" for each in others)
        return f"{shown} ({meant})" if meant else shown


def _worth(judged: Judged, usual: Judged) -> int:
    if usual.has_signs and not judged.is_stored:
        return min(judged.sense, Sense.SIGN)
    # O’Brien of a Mac is OÕBrien.
    is_apostrophe = judged.is_elided and usual.sense is Sense.SPOILED
    return Sense.FAMILIAR if is_apostrophe else _counted(judged)


def _counted(judged: Judged) -> int:
    return judged.sense + (STORED if judged.is_stored else 0)


def _is_sensible(judged: Judged) -> bool:
    return judged.is_elided or judged.sense >= Sense.FAMILIAR


def _text(word: bytes, encoding: Encoding) -> str:
    return word.decode(encoding.codec, "replace")
