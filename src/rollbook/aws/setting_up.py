"""What a function needs around it: settings, Django, a database that is awake and migrated."""

import os
import re
import tempfile
import time
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Final

import django
from django.apps import apps

from rollbook import logs
from rollbook.aws.errors import DatabaseTooOld, SettingMissing, TablesOutdated
from rollbook.core.secrets.aws import read_text
from rollbook.environ import read

IMPORTS, PAGES = "rollbook.project.settings", "rollbook.project.web_settings"
"""Django's settings without and with what the pages need on top."""

OLDEST: Final = 15
"""The oldest PostgreSQL that Rollbook works with."""

IN_SECRET: Final = re.compile(r"ROLLBOOK_(?!(?:DATABASE|SERVING)_SECRET)[A-Z_]+_SECRET")
"""Names the secret that holds a setting; the other two hold a user and a password, and are read
where these are needed."""

WAKING: Final = 60.0
"""Seconds in which a paused database must have woken; Aurora takes about 15."""

SILENT: Final = 5.0
"""Seconds without an answer that mean a database that wakes; one that is not there says so."""


def set_up(environ: MutableMapping[str, str], *, settings: str = IMPORTS) -> None:
    """Set up the environment, the log and Django, once in a process.

    Raises SettingMissing, UnsafeSetting, and the errors of AWS where a setting is a secret.
    """
    if not (environ.get("DATABASE_URL") or environ.get("DATABASE_URL_FILE")):
        raise SettingMissing(name="DATABASE_URL")
    _read_secrets(environ)
    if not (environ.get("ROLLBOOK_HOME") or read(environ, "ROLLBOOK_SECRET_KEY")):
        # It would be made in a folder that goes with the function, and remembered for good.
        raise SettingMissing(name="ROLLBOOK_SECRET_KEY")
    environ.setdefault("ROLLBOOK_HOME", str(Path(tempfile.gettempdir(), "rollbook")))
    if settings == IMPORTS:
        environ["ROLLBOOK_RUNNER"] = "worker"  # what waits is carried out here, not by another call
    if apps.ready:
        return
    logs.set_up(environ)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    django.setup(set_prefix=settings != IMPORTS)


def check_database(environ: Mapping[str, str], *, remaining: Callable[[], float]) -> None:
    """Wait for the database and look whether an import can use it.

    Raises DatabaseUnavailable, DatabaseTooOld, TablesOutdated, PoolerPerTransaction, as
    `check_migrated`, and the errors of the installation's key.
    """
    from rollbook.records.database import check_pooler
    from rollbook.records.migrate import check_migrated
    from rollbook.records.operations.installation_key import claim_key

    _wait_for_database(remaining)
    check_pooler()
    if not check_migrated():
        raise TablesOutdated
    claim_key(environ)


def _read_secrets(environ: MutableMapping[str, str]) -> None:
    """Set each setting NAME whose value the secret in NAME_SECRET holds, once in a process.

    The environment of a function is seen by each person who may look at the function.
    """
    region = environ.get("AWS_REGION") or None
    for named in [name for name in environ if IN_SECRET.fullmatch(name)]:
        setting = named.removesuffix("_SECRET")
        if not environ.get(setting):
            environ[setting] = read_text(environ[named], region=region)


def _wait_for_database(remaining: Callable[[], float]) -> None:
    from rollbook.records.connection_errors import DatabaseUnavailable
    from rollbook.records.database import connect

    deadline = time.monotonic() + min(WAKING, remaining() / 2)
    while True:
        begun = time.monotonic()
        try:
            with connect(autocommit=True) as connection:
                version = connection.info.server_version // 10_000
            break
        except DatabaseUnavailable:
            wakes = time.monotonic() - begun > SILENT
            if not wakes or time.monotonic() > deadline:
                raise
    if version < OLDEST:
        raise DatabaseTooOld(version=version, oldest=OLDEST)
