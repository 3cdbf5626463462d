"""Lists and tables of a layout as people type them: commas, lines and equals signs."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rollbook.core.layouts.checks import plain_header


def headers_in(text: str) -> list[str]:
    """Return the headers in a text, each as it is compared; commas and lines part them."""
    found = (plain_header(part) for part in re.split(r"[,\n]", text))
    return list(dict.fromkeys(filter(None, found)))


def as_headers(headers: Iterable[str]) -> str:
    return ", ".join(headers)


def words_in(text: str) -> list[str]:
    """Return the words in a text, parted by commas."""
    return list(dict.fromkeys(filter(None, map(str.strip, re.split(r"[,\n]", text)))))


def groups_in(text: str) -> list[list[str]]:
    """Return the groups of headers in a text, one a line."""
    return [group for line in text.splitlines() if (group := headers_in(line))]


def as_groups(groups: Iterable[Iterable[str]]) -> str:
    return "\n".join(map(as_headers, groups))


def table_in(text: str) -> dict[str, str]:
    """Return what each line says: `Round 1 = fall`. What has no sign means nothing, and is told."""
    pairs = (line.rpartition("=") for line in text.splitlines() if line.strip())
    return {
        (said if sign else meant).strip(): meant.strip() if sign else ""
        for said, sign, meant in pairs
    }


def as_table(table: Mapping[str, str]) -> str:
    return "\n".join(f"{said} = {meant}" for said, meant in table.items())


def parts_in(text: str) -> dict[str, list[str]]:
    """Return what headers name of a test: `test = most recent, 1, 2`."""
    return {name: headers_in(listed) for name, listed in table_in(text).items()}


def as_parts(parts: Mapping[str, Iterable[str]]) -> str:
    return as_table({name: as_headers(listed) for name, listed in parts.items()})


def values_in(text: str) -> dict[str, dict[str, str]]:
    """Return what texts of fields mean: `grade: -1 = PK`."""
    found: dict[str, dict[str, str]] = {}
    for said, meant in table_in(text).items():
        field, _, value = said.partition(":")
        found.setdefault(field.strip(), {})[value.strip()] = meant
    return found


def as_values(values: Mapping[str, Mapping[str, str]]) -> str:
    return "\n".join(
        as_table({f"{field}: {text}": meant for text, meant in texts.items()})
        for field, texts in values.items()
    )


def seasons_in(text: str) -> list[Any]:
    """Return the windows and the days on which they end: `winter = 3/1`."""
    found: list[Any] = []
    for season, end in table_in(text).items():
        day = re.fullmatch(r"(\d{1,2})/(\d{1,2})", end)
        found.append([season, [int(day[1]), int(day[2])] if day else end])
    return found


def as_seasons(seasons: Iterable[Any]) -> str:
    return "\n".join(f"{season} = {month}/{day}" for season, (month, day) in seasons)
