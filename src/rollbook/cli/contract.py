"""The contract page, out of the declarations of the code (`make docs`)."""

import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

import rollbook
from rollbook.cli import contract_quality
from rollbook.cli import contract_texts as texts
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.issue_codes import ISSUE_CODES
from rollbook.core.report import EXIT_CODE_OF_HELD

_AGAIN: Final = {
    frozenset({True}): "yes",
    frozenset({False}): "no",
    frozenset({True, False}): "where it may pass: from a server, not by hand",
}


def contract_reference() -> str:
    """Return the page as Markdown. Django must be ready."""
    return "".join(
        (
            texts.INTRODUCTION,
            *_commands(),
            "\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n",
            *(f"| {code} | {meaning} |\n" for code, meaning in texts.EXIT_CODES.items()),
            texts.REPORT,
            *_fields(texts.REPORT_FIELDS),
            texts.ISSUES,
            *_fields(texts.ISSUE_FIELDS),
            texts.CODES,
            *(f"| `{code}` | {meaning} |\n" for code, meaning in ISSUE_CODES.items()),
            texts.STUDENT,
            *_fields(texts.STUDENT_FIELDS),
            texts.RECORD,
            *_fields(texts.RECORD_FIELDS),
            contract_quality.QUALITY,
            *_fields(contract_quality.QUALITY_FIELDS),
            texts.REASONS,
            *(
                f"| `{reason}` | {' or '.join(map(str, sorted(codes)))} | {again} |\n"
                for reason, (codes, again) in sorted(reasons_of_jobs().items())
            ),
            texts.DATABASE,
            *_metrics(),
        )
    )


_BESIDE_JOBS: Final = frozenset({"access", "api", "backup", "cli", "notify", "web"})
"""Packages whose errors are never a job's."""


def every_error() -> Iterator[type[RollbookError]]:
    """Every class in the tree of errors: all modules are imported, so that none is missing."""
    root = Path(rollbook.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if 'reason = "' in path.read_text():
            parts = path.relative_to(root).with_suffix("").parts
            importlib.import_module(".".join(("rollbook", *parts)))
    waiting: list[type[RollbookError]] = [RollbookError]
    for kind in waiting:
        yield kind
        waiting += kind.__subclasses__()


def reasons_of_jobs() -> Mapping[str, tuple[set[int], str]]:
    """Return by reason: the exit codes, and whether time may heal it.

    Usage ends no job, and neither do mails, backups and people's accounts.
    """
    codes: dict[str, set[int]] = {"held": {EXIT_CODE_OF_HELD}}
    heals: dict[str, set[bool]] = {"held": {False}}
    for kind in every_error():
        package = kind.__module__.split(".")
        # A test, or another program, may have made errors of its own.
        is_of_jobs = package[0] == "rollbook" and package[1] not in _BESIDE_JOBS
        if is_of_jobs and not issubclass(kind, UsageError):
            codes.setdefault(kind.reason, set()).add(kind.exit_code)
            heals.setdefault(kind.reason, set()).add(kind.is_transient)
    return {reason: (codes[reason], _AGAIN[frozenset(heals[reason])]) for reason in codes}


def _commands() -> Iterator[str]:
    from rollbook.cli.app import app

    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    return _commands_of(root, "rollbook")


def _commands_of(group: TyperGroup, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _commands_of(command, f"{path} {name}")
        elif isinstance(command, TyperCommand):
            yield from _command(command, f"{path} {name}")


def _command(command: TyperCommand, path: str) -> Iterator[str]:
    arguments = [each for each in command.params if isinstance(each, TyperArgument)]
    options = [each for each in command.params if isinstance(each, TyperOption)]
    yield f"\n### `{' '.join((path, *map(_argument, arguments)))}`\n\n{_one_line(command.help)}\n"
    if options:
        yield "\n| option | meaning |\n| --- | --- |\n"
    for each in options:
        yield f"| {_option(each)} | {_one_line(each.help)} |\n"


def _argument(argument: TyperArgument) -> str:
    name = (argument.metavar or argument.name or "").strip("[]").upper()
    return name if argument.required else f"[{name}]"


def _option(option: TyperOption) -> str:
    kind = "" if option.is_flag else f" {option.metavar or option.type.name.split()[0].upper()}"
    kind = kind.replace("|", r"\|")
    names = (f"`{name}{kind}`" for name in (*option.opts, *option.secondary_opts))
    return ", ".join(names) + (" (required)" if option.required else "")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", r"\|")


def _fields(meanings: Mapping[str, tuple[str, str]]) -> Iterable[str]:
    return (f"| `{name}` | {kind} | {meaning} |\n" for name, (kind, meaning) in meanings.items())


def _metrics() -> Iterable[str]:
    from rollbook.web.metrics_text import meanings

    return (f"| `{name}` | {meaning} |\n" for name, meaning in meanings())


if __name__ == "__main__":
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "rollbook.project.web_settings"
    django.setup()
    sys.stdout.write(contract_reference())
