"""The page of settings names what the code reads, no more and no less."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import rollbook
from rollbook.project.declared import DECLARED
from rollbook.project.reference import settings_reference

ROOT = Path(__file__).parents[2]
PACKAGE = Path(rollbook.__file__).parent
VARIABLE = re.compile(r"(?:ROLLBOOK_[A-Z_]+|DATABASE_URL(?:_FILE)?|AWS_REGION)")


def test_the_page_of_settings_is_made_from_the_declarations() -> None:
    assert (ROOT / "docs/reference/settings.md").read_text() == settings_reference()


def test_every_variable_that_the_code_reads_is_declared_and_the_reverse() -> None:
    read = {name.removesuffix("_FILE") for name in named_in_code()}
    assert read == {setting.name for setting in DECLARED}


def test_a_variable_can_be_given_as_a_file_where_the_page_says_so() -> None:
    through_read = set(read_with_file())
    by_hand = {name.removesuffix("_FILE") for name in named_in_code() if name.endswith("_FILE")}
    declared = {setting.name for setting in DECLARED if setting.has_file}
    assert through_read | by_hand == declared


def named_in_code() -> set[str]:
    """Every text in the code that is the name of a variable and nothing else."""
    return {
        node.value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and VARIABLE.fullmatch(node.value)
    }


def read_with_file() -> Iterator[str]:
    """The variables that are read by `environment.read`."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "read":
                names = [each.value for each in node.args[1:2] if isinstance(each, ast.Constant)]
                yield from (name for name in names if isinstance(name, str))


def trees() -> Iterator[ast.Module]:
    for path in PACKAGE.rglob("*.py"):
        if path.name != "declared.py":
            yield ast.parse(path.read_text())
