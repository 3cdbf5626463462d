"""Documents as JSON files; one that anybody may have written is limited in size and depth."""

import json
from collections.abc import Sequence
from typing import Any, Final, NoReturn

LARGEST: Final = 256 * 1024
"""Bytes. The largest layout that Rollbook knows has 8,000."""

DEEPEST: Final = 8


def json_text(document: Any) -> str:
    """Return a document as a file that people may read and change."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


class NoJson(ValueError):
    """What was given is no JSON of ours; the argument says why, in a sentence."""


def read_json(data: bytes) -> Any:
    """Return what the JSON says. Raises NoJson."""
    if len(data) > LARGEST:
        raise NoJson(f"It is larger than {LARGEST // 1024} KiB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NoJson("It isn't UTF-8 text.") from error
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except NoJson:
        raise
    except RecursionError as error:
        raise NoJson(_TOO_DEEP) from error
    except json.JSONDecodeError as error:
        raise NoJson(f"It isn't JSON: see line {error.lineno}, column {error.colno}.") from error
    except ValueError as error:
        raise NoJson("It has a number that is too long.") from error
    _check(found, 0)
    return found


_TOO_DEEP: Final = f"Its parts are nested more than {DEEPEST} deep."


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NoJson("One of its parts is there twice.")
    return found


def _refuse(_: str) -> NoReturn:
    raise NoJson("It has a number that isn't one.")


def _check(value: Any, depth: int) -> None:
    """Refuse what is nested too deeply, and texts that no database takes."""
    if depth > DEEPEST:
        raise NoJson(_TOO_DEEP)
    if isinstance(value, str) and (
        "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)
    ):
        raise NoJson("It has a character that text doesn't have.")
    if isinstance(value, dict):
        for name, part in value.items():
            _check(name, depth)
            _check(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            _check(part, depth + 1)
