"""The feeds of the demo, on its own SFTP server."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rollbook.core.file_set import NEWEST
from rollbook.demo.sftp_server import DemoServer
from rollbook.records.operations.feeds import add_feed


def add_demo_feed(
    server: DemoServer,
    name: str,
    *,
    pattern: str,
    environ: Mapping[str, str],
    files: str = NEWEST,
    is_roster: bool | None = None,
    schedule: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> None:
    """Add a feed of the files that match; it runs every night, unless `schedule` says otherwise."""
    settings: dict[str, Any] = {
        "host": server.host,
        "port": server.port,
        "username": server.username,
        "pattern": pattern,
        "files": files,
        "host_key": server.host_key,
        "unchanged_for": 1,  # nobody else writes there
    }
    if is_roster is not None:
        settings["is_roster"] = is_roster
    if schedule is not None:
        settings["schedule"] = dict(schedule)
    secret = {"password": server.password}
    add_feed(name, settings=settings, secret=secret, environ=environ, actor="demo", now=now)
