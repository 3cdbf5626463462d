"""The list of a fleet: installations by name, each with its environment and its wave."""

import re
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rollbook.core.errors import UsageError

LARGEST: Final = 1_000_000
MOST: Final = 1_000
_NAME: Final = re.compile(r"[\w-]{1,60}")
_KEYS: Final = ("home", "environment", "command", "wave")


class FleetListRefused(UsageError):
    """Can't use the list of installations. At {place}: {why}

    Nothing was done."""

    reason = "fleet_list_refused"

    def __init__(self, place: str, why: str) -> None:
        super().__init__(place=place, why=why)


@dataclass(frozen=True, slots=True)
class Installation:
    """One district's installation. `command` is what runs it; empty: the `rollbook` that asks."""

    name: str
    home: str = ""
    environment: str = ""
    """A file of NAME=VALUE, as for systemd's EnvironmentFile."""
    command: tuple[str, ...] = ()
    wave: int = 1
    """In which wave of an upgrade it is, from 1 on."""


def read_fleet(path: Path) -> list[Installation]:
    """Return the installations in the list's order. Raises FleetListRefused, UsageError.

    TOML with a table [installations.NAME] for each, or lines of NAME and PATH, the path being an
    environment file or the folder of ROLLBOOK_HOME.
    """
    text = _text(path)
    found = _of_toml(text) if path.suffix == ".toml" else _of_lines(text)
    if not found:
        raise FleetListRefused("its end", "it names no installation.")
    if len(found) > MOST:
        raise FleetListRefused("its end", f"it names more than {MOST:,} installations.")
    return found


def _text(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise FleetListRefused("its end", f"it is larger than {LARGEST:,} bytes.")
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(what=f"Can't read the list {path}.", means="") from error


def _of_toml(text: str) -> list[Installation]:
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        place = re.search(r"\(at (.*)\)", str(error))
        raise FleetListRefused(
            place[1] if place else "an unknown place", "it isn't written as TOML."
        ) from None
    tables = document.get("installations")
    if set(document) != {"installations"} or not isinstance(tables, dict):
        raise FleetListRefused("its beginning", "it needs a table [installations.NAME] for each.")
    return [_of_table(name, table) for name, table in tables.items()]


def _of_table(name: str, table: Any) -> Installation:
    place = f"installations.{name[:60]}"
    if not isinstance(table, dict):
        raise FleetListRefused(place, "it has to be a table.")
    if unknown := set(table) - set(_KEYS):
        raise FleetListRefused(
            f"{place}.{min(unknown)[:60]}", f"there is no such key, only {', '.join(_KEYS)}."
        )
    wave, command = table.get("wave", 1), table.get("command", [])
    if isinstance(wave, bool) or not isinstance(wave, int) or wave < 1:
        raise FleetListRefused(f"{place}.wave", "write a whole number from 1 on.")
    words = _words(place, command)
    home, environment = table.get("home", ""), table.get("environment", "")
    if not all(isinstance(each, str) and "\0" not in each for each in [*words, home, environment]):
        raise FleetListRefused(place, "home, environment and command are texts in quotes.")
    return _checked(place, Installation(name, home, environment, words, wave))


def _words(place: str, command: Any) -> tuple[Any, ...]:
    if isinstance(command, list):
        return tuple(command)
    try:
        return tuple(shlex.split(command))
    except (ValueError, AttributeError, TypeError):  # a quote that is not closed; no text at all
        raise FleetListRefused(f"{place}.command", "it can't be read as a command.") from None


def _of_lines(text: str) -> list[Installation]:
    found: dict[str, Installation] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, _, path = line.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        place = f"line {number}"
        if name in found:
            raise FleetListRefused(place, f"the name {name[:60]} is there twice.")
        where = path.strip()
        home, environment = (where, "") if Path(where).is_dir() else ("", where)
        found[name] = _checked(place, Installation(name, home, environment))
    return list(found.values())


def _checked(place: str, one: Installation) -> Installation:
    if not _NAME.fullmatch(one.name):
        raise FleetListRefused(place, "a name has only letters, digits, - and _.")
    if not (one.home or one.environment or one.command):
        raise FleetListRefused(place, "it needs a home, an environment file or a command.")
    return one


def variables_of(one: Installation) -> dict[str, str]:
    """Return the variables of an installation. Raises UsageError where its file cannot be read."""
    found = _variables(Path(one.environment)) if one.environment else {}
    return found | ({"ROLLBOOK_HOME": one.home} if one.home else {})


def _variables(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _text(path).splitlines():
        name, sign, value = line.strip().partition("=")
        if sign and not name.startswith(("#", ";")):
            quoted = re.fullmatch(r"""(["'])(.*)\1""", value.strip())
            found[name.strip().removeprefix("export ")] = quoted[2] if quoted else value.strip()
    return found
