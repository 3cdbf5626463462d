"""What an error says is neutral; command line and pages add their own words to it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import rollbook
from rollbook.cli import error_texts as on_the_command_line
from rollbook.cli.error_texts import OPTIONS, STEPS, error_text, next_step
from rollbook.core.errors import FieldsRefused, RollbookError, UsageError
from rollbook.web import error_texts as on_pages
from tests.unit.core.test_errors import every_error

ROOT = Path(rollbook.__file__).parent
OF_THE_COMMAND_LINE = re.compile(r"`|(?<![\w-])--[a-z]|\bdocs/|\brollbook [a-z]|\boption\b")
PARTS = {"what", "means", "advice", "why"}
"""Keyword arguments that are sentences of a message."""
OF_ONE_SURFACE = ("cli", "demo", "project")
"""What only the command line runs, or tells before there are pages."""

pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")


def sentences() -> Iterator[tuple[str, str]]:
    """Every text that is given to an error where it is raised, with its place."""
    for path in sorted(ROOT.rglob("*.py")):
        room = path.relative_to(ROOT).parts
        if room[0] in OF_ONE_SURFACE or "migrations" in room:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            given = [each.value for each in node.keywords if each.arg in PARTS]
            if isinstance(node.func, ast.Name) and node.func.id.endswith("Refused"):
                given += node.args
            for value in given:
                for text in ast.walk(value):
                    if isinstance(text, ast.Constant) and isinstance(text.value, str):
                        yield f"{path.relative_to(ROOT)}:{text.lineno}", text.value


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with the words that call it."""
    import typer

    from rollbook.cli.app import app

    waiting = [("rollbook", typer.main.get_command(app))]
    while waiting:
        words, command = waiting.pop()
        yield words, command
        for name, below in getattr(command, "commands", {}).items():
            waiting.append((f"{words} {name}", below))


@pytest.mark.usefixtures("django_ready")
def test_no_error_that_a_page_may_show_has_words_of_the_command_line() -> None:
    found = [
        (kind.__name__, kind.__doc__)
        for kind in every_error()
        if kind.__module__.split(".")[1] not in OF_ONE_SURFACE
        and kind.__module__.startswith("rollbook.")
        and OF_THE_COMMAND_LINE.search(kind.__doc__ or "")
    ]
    assert found == []


def test_no_text_that_is_given_to_an_error_has_words_of_the_command_line() -> None:
    given = list(sentences())
    assert len(given) > 100
    assert [(place, text) for place, text in given if OF_THE_COMMAND_LINE.search(text)] == []


def test_no_next_step_of_the_pages_has_words_of_the_command_line() -> None:
    for step in on_pages.STEPS.values():
        assert not OF_THE_COMMAND_LINE.search(step), step


@pytest.mark.usefixtures("django_ready")
def test_each_next_step_is_of_an_error_that_there_is_and_filled_with_what_it_knows() -> None:
    kinds = {kind.reason: kind for kind in every_error()}
    assert on_pages.STEPS.keys() <= kinds.keys()
    assert STEPS.keys() <= kinds.keys()
    for reason, step in STEPS.items():
        named = {name for _, name, _, _ in Formatter().parse(step) if name}
        told = {name for _, name, _, _ in Formatter().parse(kinds[reason].__doc__ or "") if name}
        assert named <= told | {"job"}, reason


def test_each_option_and_command_that_is_named_is_one() -> None:
    known = dict(commands())
    options = {
        option for command in known.values() for each in command.params for option in each.opts
    }
    assert set(OPTIONS.values()) <= options
    for step in STEPS.values():
        assert set(re.findall(r"(?<![\w-])--[a-z-]+", step)) <= options, step
        for named in re.findall(r"`(rollbook [a-z ]+?)(?= [^a-z]| [A-Z{-]|`)", step):
            assert named in known, step


def test_the_command_line_names_the_option_in_front_and_the_next_step_behind() -> None:
    refused = UsageError(what="None of them.", advice="Choose up or down.", field="half_days")
    assert error_text(refused) == (
        "--half-days: None of them. Nothing was changed. Choose up or down."
    )
    assert refused.faults == {"half_days": "None of them. Choose up or down."}
    assert error_text(FieldsRefused({"times": "No.", "days": "Nor."})).startswith("--at, --days: ")


def test_what_is_reported_of_no_field_has_no_option_in_front() -> None:
    assert error_text(UsageError(what="No.")) == "No. Nothing was changed."
    assert error_text(UsageError(what="No.", means="", field="email")) == "No."


def test_a_next_step_leaves_out_what_is_not_known() -> None:
    assert next_step("import_running", {"job": 7}) == "Look at it with `rollbook jobs show 7`."
    assert next_step("import_running", {"job": None}) == "Look at it with `rollbook jobs show`."
    assert next_step(None, {}) == next_step("unforeseen", {}) == ""


def test_pages_and_the_command_line_have_each_their_own_next_step() -> None:
    class NoSuchFeed(RollbookError):
        """There is none."""

        reason = "no_such_feed"

    assert on_pages.error_text(NoSuchFeed()) == "There is none. Add one under Feeds."
    assert on_the_command_line.error_text(NoSuchFeed()) == (
        "There is none. Add one with `rollbook feeds add`."
    )
