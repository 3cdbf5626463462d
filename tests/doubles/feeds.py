"""A feed in the database that Django's connection leads to, without the command line."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

SOMEWHERE = {
    "host": "sftp.example.org", "username": "x", "pattern": "*.csv", "is_roster": True,
    "shifted_limit": 100,
}  # fmt: skip
"""A server that no test reaches. Of several feeds each may bring students, and their rows are all
alike: a value that changes, changes in every row."""


def add_feed(
    name: str = "sis",
    *,
    server: Any = None,
    password: str = "x",
    environ: Mapping[str, str] = os.environ,
    now: datetime | None = None,
    **settings: Any,
) -> Any:
    """Add a feed for a running server (its key is trusted), or for SOMEWHERE; return it.

    `password`: where there is no server, which has credentials of its own.
    """
    from rollbook.records.operations import feeds

    chosen: dict[str, Any] = dict(SOMEWHERE)
    secret = {"password": password}
    if server is not None:
        chosen |= {"host": server.host, "port": server.port, "username": server.user}
        chosen["host_key"] = server.host_key
        given = {"password": server.password, "private_key": server.private_key}
        secret = {kind: value for kind, value in given.items() if value}
    return feeds.add_feed(
        name, settings=chosen | settings, secret=secret, environ=environ, actor="test", now=now
    )
