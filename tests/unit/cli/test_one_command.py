"""Only the command that was asked for is built, and it is the same one as among all."""

from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # Typer's, on import


def built(*asked: str) -> Any:
    import typer

    from rollbook.cli.app import app
    from rollbook.cli.one_command import only

    return typer.main.get_command(only(asked, app))


def shown(command: Any) -> str:
    import click

    text: str = command.get_help(click.Context(command, info_name="rollbook"))
    return text


def test_each_command_is_alone_and_the_same_as_among_all() -> None:
    for name, command in built().commands.items():
        alone = built(name, "--help").commands
        assert [*alone] == [name]
        assert shown(alone[name]) == shown(command)


@pytest.mark.parametrize("asked", [[], ["--help"], ["--version"], ["fedes"], ["", "feeds"]])
def test_where_no_command_is_named_all_are_there(asked: list[str]) -> None:
    assert len(built(*asked).commands) > 20
