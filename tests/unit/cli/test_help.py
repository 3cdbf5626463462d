"""The help lists every command with its whole sentence, each once, in the order of need."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # Typer's, on import

Output = Callable[..., str]


@pytest.fixture
def top() -> Any:
    import typer

    from rollbook.cli.app import app

    return typer.main.get_command(app)


@pytest.fixture
def output() -> Output:
    """What a command prints on a terminal of 80 columns."""
    from typer.testing import CliRunner

    from rollbook.cli.app import app

    runner = CliRunner(env={"COLUMNS": "80"})
    return lambda *words: runner.invoke(app, words).output


def groups(group: Any, *words: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    yield words, list(group.commands)
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from groups(one, *words, name)


def test_each_command_of_the_top_has_its_place_and_each_place_its_command(
    top: Any, output: Output
) -> None:
    from rollbook.cli.command_group import SECTIONS

    names = [name for names in SECTIONS.values() for name in names]
    assert sorted(names) == sorted(top.commands)
    listed = re.findall(r"^  (\S+)  ", output("--help"), re.MULTILINE)
    assert [name for name in listed if name in names] == names


def test_nothing_is_cut_at_80_columns(top: Any, output: Output) -> None:
    for words, names in groups(top):
        text = output(*words, "--help")
        assert "..." not in text.replace("[ARGS]...", ""), words
        assert max(map(len, text.splitlines())) <= 80, words
        for name in names:
            assert re.search(rf"^  {name}\b", text, re.MULTILINE), (words, name)


@pytest.mark.parametrize(("typed", "meant"), [("chek", "'check'"), ("jbos", "'jobs'")])
def test_a_slip_names_the_nearest_once(output: Output, typed: str, meant: str) -> None:
    told = output(typed)
    assert told.count("Did you mean") == 1
    assert meant in told
