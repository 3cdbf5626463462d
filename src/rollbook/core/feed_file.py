"""Feeds as a file: settings by name in TOML, to be read, compared and kept with other settings.

Here is what the file looks like; what each setting may be is known where feeds are kept. No
credential is in it, and none is taken from it: a file is copied, mailed and kept for years.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from typing import Any, Final

from rollbook.core.errors import UsageError
from rollbook.core.scheduling.parsing import DAYS, read_days, read_promise, read_times
from rollbook.core.scheduling.schedule import Schedule, ScheduleRefused

VERSION: Final = 1
MEDIA_TYPE: Final = "application/toml"
LARGEST: Final = 4_000_000
"""Bytes. A feed with a thousand mapped values has 40,000."""

MOST_DOTS: Final = 10_000
"""In one line, or as much work in several: Python's reader of TOML takes time with the square of
the parts of a name (`a.a.a`), and a megabyte of them would keep it busy for an hour."""

LONGEST_REASON: Final = 1_000
"""Characters of what is told of a fault."""

_NAME: Final = re.compile(r"[\w-]{1,100}")
_SECRET: Final = re.compile(r"passw|passphrase|secret|private|credential|token|salt|webhook", re.I)
_PLACE: Final = re.compile(r" \(at (line \d+, column \d+|end of document)\)$")


class FeedFileRefused(UsageError):
    """The file of feeds has a problem at {place}: {why}

    Nothing was changed.

    {advice}"""

    reason = "feed_file_refused"
    exit_code = 3

    def __init__(self, place: str, why: str, *, advice: str = "") -> None:
        super().__init__(place=_cut(place), why=_cut(why), advice=_cut(advice))


def _cut(words: str) -> str:
    """What a file writes is repeated in what is wrong with it, and may be megabytes."""
    return words if len(words) <= LONGEST_REASON else f"{words[:LONGEST_REASON]}…"


class CredentialInFeedFile(FeedFileRefused):
    """The file of feeds has a problem at {place}: {why}

    Nothing was changed.

    Take it out of the file, and set it for each feed."""

    reason = "credential_in_feed_file"


def read_feed_file(data: bytes) -> dict[str, dict[str, Any]]:
    """Return the settings of each feed by its name, as the file writes them.

    Raises FeedFileRefused, with the place, for whatever is no table of feeds or a credential.
    """
    return feed_tables(_document(data))


def feed_tables(document: object) -> dict[str, dict[str, Any]]:
    """Return the same of what a file says, read from TOML or from JSON. Raises FeedFileRefused."""
    if not isinstance(document, dict):
        raise FeedFileRefused(
            "its beginning", "a file of feeds has a version and a table of feeds."
        )
    _check_version(document)
    for name in document:
        if name not in ("version", "feeds"):
            raise FeedFileRefused(
                name[:100],
                "the file has no such part.",
                advice="A file of feeds has a version, and a table [feeds.NAME] for each feed.",
            )
    feeds = document.get("feeds", {})
    if not isinstance(feeds, dict):
        raise FeedFileRefused("feeds", "it needs to be a table of feeds by name.")
    for name, table in feeds.items():
        _check_feed(name, table)
    return feeds


def write_feed_file(feeds: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the file; the same settings give the same text to the letter."""
    import tomli_w  # little else needs it

    return tomli_w.dumps(feed_document(feeds))


def feed_document(feeds: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the file says, for TOML or JSON."""
    return {"version": VERSION, "feeds": dict(feeds)}


def schedule_table(schedule: Schedule) -> dict[str, Any]:
    """Return the schedule as the file has it: without the zone, days by name."""
    data = schedule.to_json()
    return {
        "is_on": data["is_on"],
        "times": data["times"],
        "days": [DAYS[day].lower() for day in data["days"]],
        "pauses": data["pauses"],
        "current_by": data["current_by"] or "",
        "rehearse_hours": data["rehearse_hours"],
    }


def read_schedule(table: object) -> dict[str, Any]:
    """Return what the file names of a schedule as its JSON has it. Raises ScheduleRefused.

    What is wrong with the whole is judged where it is joined with what stays.
    """
    if not isinstance(table, dict):
        raise ScheduleRefused({"schedule": "It has to be a table with is_on, times and days."})
    data: dict[str, Any] = {name: _plain(value) for name, value in table.items()}
    if "zone" in data:
        raise ScheduleRefused({"zone": "The time zone is the district's, for all feeds."})
    for name, read in (("times", read_times), ("days", read_days)):
        if name in data:
            data[name] = read(_listed(name, data[name]))
    if isinstance(promise := data.get("current_by"), str):
        data["current_by"] = read_promise(promise)
    return data


def _document(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise FeedFileRefused("its end", f"it is larger than {LARGEST:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
        if sum(line.count(".") ** 2 for line in text.split("\n")) > MOST_DOTS**2:
            raise ValueError
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FeedFileRefused(f"line {line}", "it isn't UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        found = _PLACE.search(text)
        raise FeedFileRefused(
            found[1] if found else "an unknown place",
            f"{_sentence(text[: found.start()] if found else text)}.",
            advice="A name may be there only once, and each line is NAME = VALUE, with texts in "
            "quotes.",
        ) from None
    except (RecursionError, ValueError):  # lists in lists in lists; a number of 5,000 digits
        raise FeedFileRefused("an unknown place", "no file of feeds looks like that.") from None


def _sentence(text: str) -> str:
    """What the reader of TOML says, which names no more than single letters and names."""
    return text[:1].lower() + text[1:200]


def _check_version(document: Mapping[str, Any]) -> None:
    version = document.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise FeedFileRefused(
            "version",
            f"it has to say in which form it is written: version = {VERSION}.",
        )
    if version > VERSION:
        raise FeedFileRefused(
            "version",
            f"it was written by a newer version of Rollbook (form {version}; this one reads up "
            f"to {VERSION}).",
            advice="Update Rollbook first, or export the file with this version.",
        )


def _check_feed(name: str, table: object) -> None:
    place = f"feeds.{name[:100]}"
    if not _NAME.fullmatch(name):
        raise FeedFileRefused(place, "a feed's name has only letters, digits, - and _.")
    if not isinstance(table, dict):
        raise FeedFileRefused(place, f"it has to be a table of settings, [feeds.{name}].")
    for setting in table:
        if setting == "webhook":
            raise CredentialInFeedFile(
                f"{place}.webhook",
                "a webhook's address may hold a secret, so it is in no file of feeds.",
            )
        if _SECRET.search(setting) or setting in ("key", "key_file"):
            raise CredentialInFeedFile(
                f"{place}.{setting[:100]}", "credentials are in no file of feeds."
            )


def _listed(name: str, value: object) -> str:
    """Return a list of texts as people type it in one line; `value` may be that line itself."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    example = '["02:00", "14:30"]' if name == "times" else '["monday", "friday"]'
    raise ScheduleRefused({name: f"Write a list of texts such as {example}."})


def _plain(value: Any) -> Any:
    """Dates and times of TOML as the texts that JSON has instead."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, time):
        return value.isoformat("auto" if value.second or value.microsecond else "minutes")
    return value.isoformat() if isinstance(value, date) else value
