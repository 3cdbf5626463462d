"""A program lists the rows of an import that can be fixed, and fixes one."""

from collections.abc import Callable

from tests.integration.api.conftest import JOBS, Program, problem
from tests.integration.cli.commands import CommandLine
from tests.integration.pages.test_row_fixes import ROW, rejected, run, stored

__all__ = ["rejected"]  # a fixture


def test_a_row_is_fixed_and_imported_alone(
    rollbook: CommandLine, rejected: int, program: Callable[..., Program]
) -> None:
    admin, address = program("admin"), f"{JOBS}/{rejected}/fixes"
    assert admin.get(address).json() == {"job": rejected, "to_fix": [{"row": ROW}], "fixes": []}
    fix = {"row": ROW, "values": {"SSID": "n!ne"}}
    still = problem(admin.post(f"{address}/import", fix), 422, "row_still_wrong")
    assert [each["field"] for each in still["errors"]] == ["SSID"] and "n!ne" not in str(still)
    other = fix | {"values": {"Height": "1"}}
    problem(admin.post(f"{address}/import", other), 422, "no_such_column_to_fix")
    problem(admin.post(f"{address}/import", fix | {"file": "b.csv"}), 422, "no_such_file_of_import")
    problem(admin.post(f"{address}/import", fix | {"row": 3}), 422, "no_such_row_to_fix")
    good = fix | {"file": "a.csv", "values": {"SSID": "9000000021"}}
    begun = admin.post(f"{address}/import", good)
    assert begun.status_code == 202
    problem(admin.post(f"{address}/import", good), 409, "row_not_open")
    run(begun.json()["job"])
    assert [ssid for ssid, _ in stored(21)] == ["9000000021"]
    [fixed] = admin.get(address).json()["fixes"]
    assert (fixed["row"], fixed["state"], fixed["import"]) == (ROW, "fixed", begun.json()["job"])
    assert fixed["made_by"].startswith("ada@example.org")
