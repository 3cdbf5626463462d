"""How a session writes rows as text and reads them, the same on both sides, and its patience."""

import json
from typing import Any, Final

from psycopg import Cursor

SETTINGS: Final = {
    "client_encoding": "UTF8",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    # Where a policy hides rows, refuse rather than write a backup without them.
    "row_security": "off",
    # Others may wait for us, we for them only a moment.
    "lock_timeout": "10s",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "transaction_timeout": "0",
}


def settle(cursor: Cursor[Any]) -> None:
    """Choose the settings for this session; not every version of PostgreSQL has each of them."""
    cursor.execute(
        "select set_config(name, %s::jsonb ->> lower(name), false) from pg_settings"
        " where lower(name) = any(%s)",
        [json.dumps(SETTINGS), list(SETTINGS)],
    )
