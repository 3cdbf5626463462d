"""Trying a connection as people do it: with the feed's rules, and the newest file's header kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.layouts.own import layout_named
from rollbook.core.sandbox.process import Sandbox, first_of
from rollbook.core.sandbox.task import Task, Wanted


@dataclass(slots=True)
class HeaderReader:
    """What `test_connection` asks for the newest file's header; afterwards `header` holds it."""

    catalogue: Catalogue
    rules: FeedRules
    scratch: Callable[[], BinaryIO]
    header: tuple[str, ...] = ()

    def __call__(self, file: BinaryIO, name: str, size: int) -> str:
        """Return how many columns are known, or by which layout. Raises FileRefused."""
        task = Task(Wanted.HEADER, name, size, self.catalogue, self.rules)
        with Sandbox(file, self.scratch) as sandbox:
            answers = sandbox.answers(task)
            opened = first_of(answers)
            self.header = opened.header
            for _ in answers:  # whether an import would take the columns so
                pass
        if opened.staged is not None and opened.layout is not None:
            layout = layout_named(opened.layout.name, self.rules)
            return f"read as {opened.layout.name if layout is None else layout.title}"
        known = sum(field is not None for field in opened.fields)
        return f"{known} of {len(opened.header)} columns are known"
