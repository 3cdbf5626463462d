"""The migrations of each app follow one another: two with one number would be two ends."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import rollbook

PACKAGE = Path(rollbook.__file__).parent


@pytest.mark.parametrize("app", ["records", "access"])
def test_each_migration_follows_the_one_before_it(app: str) -> None:
    paths = sorted((PACKAGE / app / "migrations").glob("[0-9]*.py"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))
    for before, path in pairwise(paths):
        needed = re.findall(rf'\("{app}", "(\w+)"\)', path.read_text())
        assert before.stem in needed, path.name
