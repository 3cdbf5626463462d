"""The data folder: created whole or not at all, and only used by the version that wrote it."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path

from rollbook.embedded.account import VERSION
from rollbook.embedded.errors import DiskFull, OtherVersion
from rollbook.embedded.programs import Programs
from rollbook.embedded.settings import HERE, options

ROOM_NEEDED = 200_000_000
"""Bytes of an empty data folder and its first write-ahead log, with some air."""


def create(data: Path, password_file: Path, programs: Programs) -> None:
    """Make the data folder with the role and the database “rollbook”.

    It is built beside its place and moved there last: a creation that broke off leaves nothing
    that looks like data. The role is no superuser; that one gets a password that is not kept.
    """
    _check_room(data.parent)
    draft = data.with_name("data.new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    programs.account.own(draft)
    password = secrets.token_urlsafe(24)
    _initialize(draft, programs)
    # Made in single-user mode: no server has to be started for it.
    statements = (
        f"CREATE ROLE rollbook LOGIN CREATEDB PASSWORD '{password}'\n"
        "GRANT pg_signal_backend TO rollbook\n"  # to drop a database while it is being vacuumed
        "CREATE DATABASE rollbook OWNER rollbook\n"
    )
    single = ("--single", *options(), "-D", HERE, "postgres")
    programs.run("postgres", *single, cwd=draft, stdin=statements.encode("ascii"))
    programs.run("initdb", "-D", HERE, "--sync-only", cwd=draft)
    _keep(password, password_file)
    draft.rename(data)


def check_version(data: Path) -> None:
    """Refuse data of another major version, which this server could not read."""
    found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != str(VERSION):
        raise OtherVersion(data=data, found=found, here=VERSION)


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        raise DiskFull(
            what=f"The disk of {folder} has {free // 1_000_000} MB left, and a new database needs "
            f"{ROOM_NEEDED // 1_000_000} MB.",
            advice="Make room, or set ROLLBOOK_HOME to a folder on another disk.",
        )


def _initialize(draft: Path, programs: Programs) -> None:
    # The superuser's password travels in a file without a name, which the server's account may
    # open again through its descriptor: no argument and no folder ever shows it.
    with tempfile.TemporaryFile(dir=draft.parent) as unknown:
        unknown.write(secrets.token_urlsafe(24).encode("ascii"))
        unknown.seek(0)
        programs.account.own(unknown.fileno())
        programs.run(
            "initdb",
            "-D",
            HERE,
            "--username=postgres",
            "--pwfile=/dev/stdin",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-instructions",
            "--no-sync",
            cwd=draft,
            stdin=unknown.fileno(),
        )


def _keep(password: str, path: Path) -> None:
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
