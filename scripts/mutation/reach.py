"""Which tests reach which line, so that a mutant is tried on these alone, the quickest first."""

import json
import sys
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from scripts.mutation.mutants import RUN_ONCE, Mutant


class Recorder:
    """A plugin of pytest that writes down the tests' seconds and the lines of `paths` they reach.

    What an import reaches counts for no test. Child processes are not looked into.
    """

    def __init__(self, folder: Path, paths: Collection[str], output: Path) -> None:
        self._paths = {str(folder / path): path for path in paths}
        self._output = output
        self._seconds: dict[str, float] = {}
        self._reached: dict[str, dict[int, set[str]]] = {path: {} for path in paths}
        self._test = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        began = time.monotonic()
        self._test = item.nodeid
        sys.settrace(self._enter)
        threading.settrace(self._enter)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self._seconds[self._test] = time.monotonic() - began

    def pytest_sessionfinish(self) -> None:
        reached = {
            path: {line: sorted(tests) for line, tests in lines.items()}
            for path, lines in self._reached.items()
        }
        told = {"seconds": self._seconds, "reached": reached}
        self._output.write_text(json.dumps(told), encoding="utf-8")

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        path = self._paths.get(frame.f_code.co_filename)
        if path is None or not _is_called(frame.f_code):
            return None
        lines = self._reached[path]
        lines.setdefault(frame.f_lineno, set()).add(self._test)

        def step(frame: FrameType, event: str, argument: Any) -> Any:
            lines.setdefault(frame.f_lineno, set()).add(self._test)
            return step

        return step


class Reach:
    """What a `Recorder` wrote."""

    def __init__(self, file: Path) -> None:
        told = json.loads(file.read_text(encoding="utf-8"))
        self._seconds: dict[str, float] = told["seconds"]
        self._reached: dict[str, dict[str, list[str]]] = told["reached"]

    def tests_of(self, mutant: Mutant) -> Sequence[str]:
        """Return the tests that reach the mutant's line, the quickest first.

        All tests, as they are ordered, for what runs at an import and for what is no Python.
        """
        lines = self._reached.get(mutant.path, {})
        last = mutant.line + mutant.before.count("\n")
        found = {test for n in range(mutant.line, last + 1) for test in lines.get(str(n), [])}
        if not found and not mutant.is_in_function:
            return list(self._seconds)
        return sorted(found, key=self._seconds.__getitem__)


def _is_called(code: CodeType) -> bool:
    """Tell whether it is a function's code, and not a module's or class's, which runs once."""
    return bool(code.co_flags & CO_OPTIMIZED) and code.co_name not in RUN_ONCE
