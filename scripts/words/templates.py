"""The texts of a template: those between its elements, and of the attributes that are read."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

_READ: Final = ("aria-label", "title", "placeholder", "alt", "content", "data-confirm")
"""Attributes whose text people read or hear."""
_WITHIN: Final = frozenset(
    ("a", "abbr", "b", "bdi", "br", "code", "em", "i", "kbd", "small", "span", "strong", "time")
)
"""Elements within a sentence."""
_COMMENT: Final = re.compile(r"{#.*?#}|{% comment.*?endcomment %}", re.DOTALL)
_CHOICE: Final = re.compile(r"{%\s*(?:else|elif\b.*?|empty)\s*%}", re.DOTALL)
_PLURAL: Final = re.compile(r"{{[^}]*\|\s*pluralize[^}]*}}")
_VALUE: Final = re.compile(r"{{.*?}}", re.DOTALL)
_TAG: Final = re.compile(r"{%.*?%}", re.DOTALL)
_GIVEN: Final = re.compile(r"{%.*?%}", re.DOTALL)
_QUOTED: Final = re.compile(r'"([^"]{2,})"')
_NEXT: Final = "\N{PILCROW SIGN}"


def texts(source: str) -> Iterator[str]:
    """Yield the sentences of a template, in its order; what it fills in is `…`."""
    plain = _COMMENT.sub("", source)
    for tag in _GIVEN.findall(plain):
        yield from (one for one in _QUOTED.findall(tag) if _is_sentence(one))
    plain = _CHOICE.sub(_NEXT, plain)
    plain = _PLURAL.sub("s", plain)
    plain = _TAG.sub("", _VALUE.sub("…", plain))
    reader = _Reader()
    reader.feed(plain)
    reader.close()
    for text in reader.found:
        for part in text.split(_NEXT):
            if _has_words(words := " ".join(part.split())):
                yield words


def _is_sentence(text: str) -> bool:
    return " " in text and text[:1].isupper()


def _has_words(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open = ""
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        if tag not in _WITHIN:
            self._end()
        self.found += [value for name, value in attrs if name in _READ and value and " " in value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")
        if tag not in _WITHIN:
            self._end()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._open += data

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        self.found.append(self._open)
        self._open = ""
