"""Waking the workers, which otherwise look once a minute whether anything is due."""

from typing import Any, Final

CALL: Final = "rollbook_work"
"""The channel on which workers hear that there is something to plan, to see to or to send."""


def call_workers(cursor: Any) -> None:
    """Wake them once the transaction of `cursor` (or connection) is committed."""
    cursor.execute(f"select pg_notify('{CALL}', '')")
