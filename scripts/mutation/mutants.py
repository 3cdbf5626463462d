"""What a broken line can look like: a file of Python or SQL with one small thing in it changed."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.mutation.python_changes import python_changes
from scripts.mutation.sql_changes import sql_changes

RUN_ONCE: Final = {"ready", "_schools"}
"""Functions that run when Django starts, in whichever test that is; the others rely on them."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file."""

    path: str
    """Below the root of the project."""
    line: int
    """Counted from 1."""
    before: str
    """The lines that the change touches, as they are."""
    after: str
    """The same lines, broken."""
    source: str
    """The whole broken file."""
    is_in_function: bool
    """Whether it is Python that runs when it is called, not when it is imported."""

    @property
    def key(self) -> str:
        """What names it as long as its lines stay as they are, wherever they move to."""
        return "\n".join((self.path, _squeezed(self.before), _squeezed(self.after)))


def mutants_of(root: Path, path: Path) -> Iterator[Mutant]:
    """Give every mutant of a file of Python or SQL, in the order of its lines."""
    source = path.read_text(encoding="utf-8")
    changes = python_changes(source) if path.suffix == ".py" else sql_changes(source)
    called = _lines_of_functions(source) if path.suffix == ".py" else set()
    for start, end, text in sorted(changes):
        line = source.count("\n", 0, start) + 1
        first = source.rfind("\n", 0, start) + 1
        last = source.find("\n", end) if source.find("\n", end) >= 0 else len(source)
        broken = source[:start] + text + source[end:]
        yield Mutant(
            path=path.relative_to(root).as_posix(),
            line=line,
            before=source[first:last],
            after=source[first:start] + text + source[end:last],
            source=broken,
            is_in_function=line in called,
        )


def _lines_of_functions(source: str) -> set[int]:
    return {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name not in RUN_ONCE
        for line in range(node.body[0].lineno, (node.end_lineno or 0) + 1)
    }


def _squeezed(lines: str) -> str:
    return re.sub(r"\s+", " ", lines).strip()
