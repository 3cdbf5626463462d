"""What a statement asks of its session: the Data API gives each statement another one, so locks and
settings of a session are kept by the connection, in and around its transactions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LOCK: Final = re.compile(
    r"\s*select\s+pg_(try_)?advisory_(lock|unlock)(_shared)?\s*\(([\d\s,-]+)\)\s*", re.IGNORECASE
)
_VOID: Final = re.compile(
    r"\s*select\s+(pg_advisory_xact_lock(_shared)?|pg_notify)\s*\([^()]*\)\s*", re.IGNORECASE
)
_SETTING: Final = r"set_config\(\s*'([A-Za-z_.]+)'\s*,\s*'((?:[^']|'')*)'\s*,\s*false\s*\)"
_SETTINGS: Final = re.compile(rf"\s*select\s+{_SETTING}(\s*,\s*{_SETTING})*\s*", re.IGNORECASE)
_EACH_SETTING: Final = re.compile(_SETTING, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lock:
    """An advisory lock of a session that is asked for."""

    key: str
    is_shared: bool
    is_tried: bool
    """Whether it is not waited for."""

    @property
    def sql(self) -> str:
        """The same lock for a transaction, as a value that the Data API can return."""
        shared = "_shared" if self.is_shared else ""
        if self.is_tried:
            return f"select pg_try_advisory_xact_lock{shared}({self.key})"
        return f"select pg_advisory_xact_lock{shared}({self.key})::text"


@dataclass(frozen=True, slots=True)
class Unlock:
    """An advisory lock of a session that is given back."""

    key: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that are to hold from now on."""

    values: Mapping[str, str]


def asked_of_session(sql: str) -> Lock | Unlock | Settings | None:
    """Return what the statement asks of its session, where that is all it does."""
    if found := _LOCK.fullmatch(sql):
        is_tried, what, is_shared, key = found.groups()
        key = re.sub(r"\s", "", key)
        if what.lower() == "unlock":
            return Unlock(key, bool(is_shared))
        return Lock(key, bool(is_shared), bool(is_tried))
    if _SETTINGS.fullmatch(sql):
        pairs = _EACH_SETTING.findall(sql)
        return Settings({name.lower(): value.replace("''", "'") for name, value in pairs})
    return None


def returnable(sql: str) -> str:
    """Return the statement so that it returns what the Data API knows: nothing is not among it."""
    return f"{sql}::text" if _VOID.fullmatch(sql) else sql
