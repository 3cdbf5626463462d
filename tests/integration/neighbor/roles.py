"""The application's owner and a role of Rollbook's own in one database, and what each may run."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.doubles.neighbor import Neighbor
from tests.integration.cli.commands import CommandLine, Finished
from tests.integration.own_postgresql import oldest_installed

OWN_TABLES: Final = "own tables"
"""Rollbook's role has made its own tables; the application's owner has run what it printed."""
OWN_SCHEMA: Final = "own schema"
"""The same, and the schema too: the owner has let it."""
GRANTED: Final = "granted"
"""The application's owner has migrated, and has granted the role what it needs."""


@dataclass(frozen=True)
class Roles:
    """The two roles of a database, with the command line under each."""

    neighbor: Neighbor
    way: str
    names: dict[str, str]
    """owner or own -> the role."""
    urls: dict[str, str]
    home: Path

    def __getitem__(self, who: str) -> CommandLine:
        return CommandLine(self.home, {"DATABASE_URL": self.urls[who]})

    def run_what_is_printed(self, done: Finished) -> None:
        """Run standard output as the role that standard error names, its parts as they name it."""
        head, *parts = re.split(r"^-- To be run by the role (.+):\n", done.out, flags=re.MULTILINE)
        if not parts:
            named = [name for name in self.names.values() if name in _names_in(done)]
            assert len(named) == 1, done
            parts = [named[0], head]
        else:
            assert all(line.startswith("--") or not line for line in head.splitlines()), done
        for name, statements in zip(parts[::2], parts[1::2], strict=True):
            self.run_as(name.strip('"'), statements)

    def run_as(self, name: str, statements: str) -> None:
        """Run them as the how-to says, with psql; nothing may be granted or revoked in vain."""
        done = self.psql(name, statements)
        assert (done.code, "no privileges" in done.err) == (0, False), (statements, done)

    def psql(self, name: str, statements: str) -> Finished:
        [who] = [who for who, known in self.names.items() if known == name]
        program = oldest_installed() / "psql"
        done = subprocess.run(
            [program, self.urls[who], "-X", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=statements,
            capture_output=True,
            text=True,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def break_by(self, statements: str) -> None:
        self.neighbor.as_superuser(statements.format(**self.names))

    def let_own_make_schemas(self) -> None:
        self.break_by(
            "do $$ begin execute format('grant create on database %I to %I', current_database(),"
            " '{own}'); end $$"
        )


def two_roles(neighbor: Neighbor, way: str, home: Path) -> Roles:
    """Give a database of the application a role for Rollbook, which has not come yet."""
    urls = {"owner": neighbor.owner, "own": neighbor.new_role("rollbook Own")}
    names = dict(zip(("owner", "own"), neighbor._roles, strict=True))
    return Roles(neighbor, way, names, urls, home)


def set_up(roles: Roles) -> None:
    """Let Rollbook come, by the way of these roles."""
    if roles.way == GRANTED:
        assert roles["owner"]("migrate").code == 0
        printed = roles["owner"]("migrate", "--roles", "--role", roles.names["own"])
        assert printed.code == 0, printed
        roles.run_as(roles.names["owner"], printed.out)
        return
    if roles.way == OWN_SCHEMA:
        roles.let_own_make_schemas()
    printed = roles["own"]("migrate")
    assert printed.code == 1, printed
    roles.run_what_is_printed(printed)
    done = roles["own"]("migrate")
    assert (done.code, done.out) == (0, ""), done


def _names_in(done: Finished) -> list[str]:
    return re.findall(r"(?:“|as the role \")([^”\"]+)", done.err + done.out)
