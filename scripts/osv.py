"""An export of the OSV database, and which versions its advisories affect.

The rules are those of the OSV schema (https://ossf.github.io/osv-schema/, "Evaluation"), for the
ecosystem PyPI, whose versions are compared as PEP 440 says.
"""

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

LARGEST_RECORD = 64_000_000
"""Bytes; the largest ones of the database have a few hundred thousand."""

# At one version a fix ends before the next span begins, and a span includes its last version.
_ORDER = ("fixed", "introduced", "last_affected")


class ExportUnreadable(Exception):
    """The export cannot be read, so that nothing is known about any package."""


@dataclass(frozen=True, slots=True)
class Range:
    """The events of one range: kind and version as written, such as ("fixed", "2.1")."""

    events: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """What one advisory says about one package."""

    name: NormalizedName
    versions: frozenset[str]
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Advisory:
    """One record of the database, reduced to PyPI."""

    id: str
    aliases: tuple[str, ...]
    modified: datetime
    is_withdrawn: bool
    affected: tuple[Affected, ...]


def read_export(path: Path) -> Iterator[Advisory]:
    """Yield the advisories of a zip file or of a folder of .json files. Raises ExportUnreadable."""
    if not path.exists():
        raise ExportUnreadable(f"There is no file {path}.")
    texts = _in_folder(path) if path.is_dir() else _in_zip(path)
    for name, text in texts:
        try:
            yield _advisory(json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ExportUnreadable(f"{name} in {path} is no OSV record.") from error


def is_affected(version: Version, affected: Affected) -> bool:
    """Tell whether a version is affected. Raises InvalidVersion where a range cannot be read."""
    listed = str(version) in affected.versions or any(
        version == each for each in map(_version_or_none, affected.versions)
    )
    return listed or any(_is_within(version, span) for span in affected.ranges)


def fixes_after(version: Version, affected: Affected) -> list[Version]:
    """Return the fixed versions that are later than `version`, in ascending order."""
    fixed = {
        _version_or_none(text)
        for span in affected.ranges
        for kind, text in span.events
        if kind == "fixed"
    }
    return sorted(each for each in fixed if each is not None and each > version)


def _is_within(version: Version, span: Range) -> bool:
    limits = [text for kind, text in span.events if kind == "limit"]
    if limits and not any(text == "*" or version < Version(text) for text in limits):
        return False
    is_affected = False
    for at, kind in _in_order(span.events):
        if kind == "introduced" and (at is None or version >= at):
            is_affected = True
        elif at is not None and (
            (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at)
        ):
            is_affected = False
    return is_affected


def _in_order(events: Iterable[tuple[str, str]]) -> list[tuple[Version | None, str]]:
    """Return the events by version; None is before every version (`introduced: 0`)."""
    found = [
        (None if (kind, text) == ("introduced", "0") else Version(text), kind)
        for kind, text in events
        if kind in _ORDER
    ]
    lowest = Version("0.dev0")
    return sorted(
        found, key=lambda event: (event[0] is not None, event[0] or lowest, _ORDER.index(event[1]))
    )


def _version_or_none(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None  # from before PEP 440: no locked version is that old


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    try:
        for path in sorted(folder.rglob("*.json")):
            if path.stat().st_size > LARGEST_RECORD:
                raise ExportUnreadable(f"{path} is too large for a record.")
            yield path.name, path.read_bytes()
    except OSError as error:
        raise ExportUnreadable(f"{folder} cannot be read.") from error


def _in_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.file_size > LARGEST_RECORD:
                    raise ExportUnreadable(f"{entry.filename} is too large for a record.")
                if entry.filename.endswith(".json"):
                    yield entry.filename, archive.read(entry)
    # An encrypted entry is a RuntimeError, an unknown compression a NotImplementedError of it.
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ExportUnreadable(f"{path} cannot be read as a zip file.") from error


def _advisory(record: Any) -> Advisory:
    return Advisory(
        id=_text(record["id"]),
        aliases=tuple(map(_text, record.get("aliases") or ())),
        modified=_moment(record["modified"]),
        is_withdrawn=bool(record.get("withdrawn")),
        affected=tuple(
            Affected(
                canonicalize_name(each["package"]["name"]),
                frozenset(map(_text, each.get("versions") or ())),
                tuple(_ranges(each.get("ranges") or ())),
            )
            for each in record.get("affected") or ()
            if _is_on_pypi(each.get("package") or {})
        ),
    )


def _is_on_pypi(package: Any) -> bool:
    return _text(package.get("ecosystem", "")).partition(":")[0] == "PyPI"


def _ranges(ranges: Iterable[Any]) -> Iterator[Range]:
    for each in ranges:
        if each["type"] == "ECOSYSTEM":  # the others count commits
            yield Range(
                tuple((kind, _text(at)) for event in each["events"] for kind, at in event.items())
            )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError(type(given))
    return given
