"""The help: every command with its whole sentence, in the order of need, each with examples."""

import re
import shlex
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # Typer's, on import

Output = Callable[..., str]
WIDTH = 80


UNWANTED = re.compile(
    r"\b(refused|identifiers?|operator|instruments?|by itself|asked for|nobody|everybody|mails?"
    r"|cannot)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def top() -> Any:
    import typer

    from rollbook.cli.app import app

    return typer.main.get_command(app)


@pytest.fixture(scope="module")
def output() -> Output:
    """What a command prints on a terminal of 80 columns."""
    from typer.testing import CliRunner

    from rollbook.cli.app import app

    runner = CliRunner(env={"COLUMNS": f"{WIDTH}"})

    @cache
    def printed(*words: str) -> str:
        return runner.invoke(app, words).output

    return printed


def tree(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command and group with its words."""
    yield words, command
    for name, one in getattr(command, "commands", {}).items():
        yield from tree(one, *words, name)


def test_each_command_has_its_place_and_each_place_its_command(top: Any, output: Output) -> None:
    from rollbook.cli.command_group import SECTIONS

    groups = {"rollbook": ((), top)} | {
        words[-1]: (words, one) for words, one in tree(top) if words
    }
    for group, sections in SECTIONS.items():
        words, command = groups[group]
        names = [name for names in sections.values() for name in names]
        assert sorted(names) == sorted(command.commands)
        listed = re.findall(r"^  ([\w-]+)(?:  |$)", output(*words, "--help"), re.MULTILINE)
        assert [name for name in listed if name in names] == names


def test_nothing_is_cut_at_80_columns(top: Any, output: Output) -> None:
    for words, one in tree(top):
        text = output(*words, "--help")
        assert not re.search(r"[a-z]\.\.\.", text), words
        assert max(map(len, text.splitlines())) <= WIDTH, words
        for name in getattr(one, "commands", ()):
            assert re.search(rf"^  {name}\b", text, re.MULTILINE), (words, name)


def test_help_is_written_as_an_editor_would(top: Any, output: Output) -> None:
    for words, _ in tree(top):
        lines = output(*words, "--help").replace("test-mail", "").splitlines()
        told = "\n".join(line for line in lines if not line.startswith("  rollbook"))
        assert not UNWANTED.search(told), (words, UNWANTED.search(told))


def test_each_argument_and_option_says_what_it_is(top: Any, output: Output) -> None:
    from rollbook.cli.command_group import tell_arguments

    for words, one in tree(top):
        if hasattr(one, "commands"):
            continue
        text = "".join(output(*words, "--help").split())
        tell_arguments(one)
        for each in one.params:
            if not each.hidden:
                assert each.help, (words, each.name)
                assert "".join(each.help.split()) in text, (words, each.name)


def test_each_help_ends_with_examples_that_the_command_line_takes(top: Any, output: Output) -> None:
    from rollbook.cli.examples import EXAMPLES

    known = {" ".join(words): one for words, one in tree(top)}
    assert sorted(EXAMPLES) == sorted(known)
    for path, found in EXAMPLES.items():
        text = output(*path.split(), "--help")
        for words, example in found:
            assert text.index(f"  # {words}\n  {example}\n") > text.index("Options:"), path
            typed = shlex.split(example.replace("\\\n", ""), comments=True)
            assert typed[0] == "rollbook"
            meant = " ".join(take(top, until_shell(typed[1:])))
            assert meant.startswith(path), (path, example)


def until_shell(words: list[str]) -> list[str]:
    """What the command gets of a line: not what the shell does with its output."""
    signs = [place for place, word in enumerate(words) if word in (">", "<", "||")]
    return words[: signs[0]] if signs else words


def take(command: Any, words: list[str]) -> Iterator[str]:
    """Parse a line as the command line does; give the commands that it names."""
    context, left = None, words
    while True:
        context = command.make_context(command.name, list(left), parent=context)
        if not hasattr(command, "commands"):
            return
        left = [*context._protected_args, *context.args]
        if not left:
            return
        name, command, left = command.resolve_command(context, left)
        yield name


@pytest.mark.parametrize(("typed", "meant"), [("chek", "'check'"), ("jbos", "'jobs'")])
def test_a_slip_names_the_nearest_once(output: Output, typed: str, meant: str) -> None:
    told = output(typed)
    assert told.count("Did you mean") == 1
    assert meant in told
