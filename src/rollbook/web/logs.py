"""What the server logs of an error: kind and place, never its text, which may hold a value."""

import logging
import re
from types import TracebackType

from rollbook.core.errors import kind_and_place

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


_TOKEN = re.compile(r"(/welcome/|/password/reset/)[^\s/]+")
"""Whoever knows such an address may sign in with it."""


class PlaceOnly(logging.Formatter):
    """Formats a record without the text of its exception and without the token of an address."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub(r"\1…", super().format(record))

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - logging's name
        kind, _, trace = ei
        return "" if kind is None else kind_and_place(kind, trace, frames=3)
