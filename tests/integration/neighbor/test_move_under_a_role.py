"""`rollbook move` into the neighbor's database and back under Rollbook's own role."""

from pathlib import Path

import pytest

from tests.doubles.neighbor import Neighbor
from tests.integration.cli.commands import CommandLine, Finished, student, write_csv
from tests.integration.neighbor.conftest import known_rows
from tests.integration.neighbor.roles import GRANTED, OWN_SCHEMA, OWN_TABLES, Roles, two_roles
from tests.integration.neighbor.test_backup import OTHERS, OURS, rows_of
from tests.integration.neighbor.test_move import active


@pytest.fixture
def alone(rollbook: CommandLine, tmp_path: Path) -> CommandLine:
    """An installation of its own, with a term, a setting, an import and a scheduled feed."""
    file = write_csv(tmp_path / "s.csv", *known_rows(6), student(7), student(8))
    assert rollbook("terms", "add", "Winter 2026").code == 0
    assert rollbook("terms", "add", "Spring 2026").code == 0
    assert rollbook("settings", "set", "import.unchanged_days", "4").code == 0
    assert rollbook("import", file).code == 0
    server = ("--host", "localhost", "--user", "x", "--pattern", "*")
    assert rollbook("feeds", "add", "sis", *server, stdin="pw\n").code == 0
    assert rollbook("feeds", "schedule", "sis", "--on", "--at", "02:00").code == 0
    return rollbook


@pytest.mark.parametrize("way", [OWN_TABLES, pytest.param(OWN_SCHEMA, marks=pytest.mark.long)])
def test_it_goes_in_after_the_owner_ran_what_is_printed_and_back_out(
    alone: CommandLine, empty_neighbor: Neighbor, way: str
) -> None:
    neighbor, here = empty_neighbor, alone.environ["DATABASE_URL"]
    roles = two_roles(neighbor, way, alone.home)
    if way == OWN_SCHEMA:
        roles.let_own_make_schemas()
    theirs = rows_of(neighbor.owner, OTHERS)
    refused = _moved(alone, roles)
    assert (refused.code, "Other roles have the rights" in refused.err) == (1, True), refused
    assert "`rollbook migrate` with that DATABASE_URL" in refused.err
    assert active(here) == ["sis"]
    roles.run_what_is_printed(roles["own"]("migrate"))
    assert roles["own"]("migrate").code == 0
    refused = _moved(alone, roles)  # the terms' columns: one statement for both
    assert refused.code == 1, refused
    statement = refused.err.partition("command again: ")[2].partition(";\n")[0]
    roles.run_as(roles.names["owner"], statement)
    done = _moved(alone, roles)
    assert (done.code, "1 feed paused here (sis)" in done.out) == (0, True), done
    assert rows_of(neighbor.superuser, OTHERS) == theirs
    assert rows_of(neighbor.superuser, OURS) == rows_of(here, OURS)
    own = roles["own"]
    assert own.json("health", code=1)["tables"] == []
    again = alone("move", roles.urls["own"], "--yes", "--replace")
    assert "rows of" in again.err and "delete from" in again.err, again
    back = own("move", here, "--yes", "--replace")
    assert (back.code, active(here), active(neighbor.superuser)) == (0, ["sis"], []), back


@pytest.mark.long
def test_where_the_owner_has_migrated_the_owner_moves_and_rollbooks_role_moves_out(
    alone: CommandLine, empty_neighbor: Neighbor
) -> None:
    here, roles = alone.environ["DATABASE_URL"], two_roles(empty_neighbor, GRANTED, alone.home)
    assert roles["owner"]("migrate").code == 0
    refused = _moved(alone, roles)
    assert f"belong to the role “{roles.names['owner']}”" in " ".join(refused.err.split()), refused
    done = alone("move", roles.urls["owner"], "--yes")
    assert done.code == 0, done
    printed = roles["owner"]("migrate", "--roles", "--role", roles.names["own"])
    roles.run_as(roles.names["owner"], printed.out)
    own = roles["own"]
    assert own.json("health", code=1)["tables"] == []
    back = own("move", here, "--yes", "--replace")
    assert (back.code, active(here), active(empty_neighbor.superuser)) == (0, ["sis"], []), back


def _moved(alone: CommandLine, roles: Roles) -> Finished:
    return alone("move", roles.urls["own"], "--yes")
