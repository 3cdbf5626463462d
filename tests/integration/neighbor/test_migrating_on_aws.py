"""On AWS, a migration under a role that lacks rights answers with the statements needed."""

import os
from pathlib import Path

import pytest

from rollbook.aws.errors import MigrationFailed, PermanentFailure, failure
from rollbook.aws.migration import migrate_in_child
from tests.doubles.neighbor import Neighbor
from tests.integration.neighbor.roles import OWN_TABLES, two_roles


def test_what_another_role_has_to_run_is_in_the_answer_and_is_enough(
    empty_neighbor: Neighbor, tmp_path: Path
) -> None:
    roles = two_roles(empty_neighbor, OWN_TABLES, tmp_path)
    environ = {**os.environ, "DATABASE_URL": roles.urls["own"], "ROLLBOOK_HOME": str(tmp_path)}
    with pytest.raises(MigrationFailed) as raised:
        migrate_in_child(environ, seconds=90)
    told = failure(raised.value)
    assert isinstance(told, PermanentFailure)
    sentence, _, statements = str(told).partition("\n")
    assert f"“{roles.names['owner']}”" in sentence
    assert sentence.endswith("[migration_failed]")
    assert "alter table public.students add column ssid" in statements
    roles.run_as(roles.names["owner"], statements)
    assert migrate_in_child(environ, seconds=90)["did"] == [{"migrated": True}]
