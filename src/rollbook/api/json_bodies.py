"""JSON as programs send it. Nothing in it is passed over, and nothing that no table could hold."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from rollbook.api.problems import GIVEN_TWICE, MOST_FAULTS, Problem


class JsonBodies(Parser):
    """How Ninja reads the body of a request."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request.body)


def read_json(data: bytes) -> Any:
    """Return what `data` says. Raises Problem (422), and ValueError or RecursionError for bytes
    that are no JSON.

    A name that is there twice is refused: JSON's readers keep one of the two, and which one is up
    to them (RFC 8259, 4).
    """
    found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object)
    if not all(map(_is_text, _texts(found))):
        raise Problem(422, detail="A text holds NUL, or half of a pair of UTF-16.")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if twice:
        faults = [{"field": name[:200], "detail": GIVEN_TWICE} for name in twice[:MOST_FAULTS]]
        raise Problem(422, errors=faults)
    return dict(pairs)


def _texts(found: Any) -> Iterator[str]:
    """Give every text and every name; without recursion, for it may be nested deeply."""
    left = [found]
    while left:
        match left.pop():
            case str() as text:
                yield text
            case list() as parts:
                left += parts
            case dict() as parts:
                left += [*parts, *parts.values()]


def _is_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
