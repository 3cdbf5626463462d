"""Django's cache, for the limits of sign-ins: a table of JSON, shared by every process.

Django's own keeps pickles in its table, and reading one runs what its writer likes.
"""

import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

EXPIRES = "clock_timestamp() + make_interval(secs => %s)"
"""By the database's clock, which is the same for every machine."""
LONGEST = 400 * 86400.0
"""Seconds. Nothing here is kept without end."""


class JsonCache(BaseCache):
    """Keeps what JSON can say: numbers, texts, lists. Raises TypeError for anything else."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = _run(
            "select value::text from rollbook.web_cache where cache_key = %s"
            " and expires > clock_timestamp()",
            self.make_key(key, version),
        )
        return json.loads(found[0]) if found else default

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        _put(self.make_key(key, version), value, seconds=self._seconds(timeout))

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Set what is not there; return whether it was not. Of two at once, one succeeds."""
        over = " where c.expires <= clock_timestamp()"
        made = self.make_key(key, version)
        return _put(made, value, seconds=self._seconds(timeout), condition=over)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(
            _run(
                f"update rollbook.web_cache set expires = {EXPIRES} where cache_key = %s"  # noqa: S608
                " and expires > clock_timestamp() returning true",
                self._seconds(timeout),
                self.make_key(key, version),
            )
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        made = self.make_key(key, version)
        return bool(
            _run("delete from rollbook.web_cache where cache_key = %s returning true", made)
        )

    def clear(self) -> None:
        _run("delete from rollbook.web_cache where true returning true")

    def _seconds(self, timeout: Any) -> float:
        chosen = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return LONGEST if chosen is None else min(float(chosen), LONGEST)


def count(key: str, *, seconds: int) -> tuple[int, int]:
    """Count one more for `key`; return how many there are since its first, and for how long yet.

    Both start again `seconds` after the first. One statement, so that of many at once each counts.
    """
    found = _run(
        "insert into rollbook.web_cache as c (cache_key, value, expires)"  # noqa: S608 - ours
        f" values (%s, '1'::jsonb, {EXPIRES}) on conflict (cache_key) do update set"
        " value = case when c.expires <= clock_timestamp() then '1'::jsonb"
        " else to_jsonb((c.value #>> '{}')::integer + 1) end,"
        " expires = case when c.expires <= clock_timestamp() then excluded.expires"
        " else c.expires end"
        " returning (value #>> '{}')::integer,"
        " ceil(extract(epoch from expires - clock_timestamp()))::integer",
        key,
        seconds,
    )
    if found[0] == 1:
        _forget_what_is_over()  # strangers with many addresses begin many counts
    return found[0], max(1, found[1])


def _put(key: str, value: Any, *, seconds: float, condition: str = "") -> bool:
    _forget_what_is_over()
    return bool(
        _run(
            "insert into rollbook.web_cache as c (cache_key, value, expires)"  # noqa: S608 - ours
            f" values (%s, %s::jsonb, {EXPIRES}) on conflict (cache_key) do update"
            f" set value = excluded.value, expires = excluded.expires{condition} returning true",
            key,
            json.dumps(value, allow_nan=False),
            seconds,
        )
    )


def _forget_what_is_over() -> None:
    """With whatever begins, what is over goes: the table stays as small as the hour is busy."""
    _run(
        "delete from rollbook.web_cache where ctid = any(array(select ctid from rollbook.web_cache"
        " where expires < clock_timestamp() for update skip locked)) returning true"
    )


def _run(statement: str, *values: Any) -> Any:
    """Execute a statement and return its first row, None without one."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()
