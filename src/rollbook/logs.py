"""What `serve` and `worker` log, as text or as JSON: of an error kind and place, never its text."""

import json
import logging
import logging.config
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from rollbook.core.errors import kind_and_place

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

JOBS, REQUESTS = "rollbook.jobs", "rollbook.requests"
"""The loggers of imports and of requests."""

FACTS = (
    "job",
    "feed",
    "outcome",
    "reason",
    "seconds",
    "checkpoint",
    "method",
    "route",
    "status",
    "milliseconds",
    "client",
)
"""What a record may carry beyond its message; each becomes a key of the JSON object."""

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"

_TOKEN = re.compile(r"(/welcome/|/password/reset/)[^\s/]+")
"""Anyone who knows such an address may sign in with it."""


def set_up(environ: Mapping[str, str], *, stream: str = "ext://sys.stderr") -> None:
    """Let this process log as the environment says; `stream` is in the words of `logging.config`.

    A format that there is not counts as text here: the settings refuse it with a sentence.
    """
    chosen = environ.get("ROLLBOOK_LOG_FORMAT") or "text"
    chosen = chosen if chosen in FORMATS else "text"
    logging.config.dictConfig(configuration(chosen, requests=False, stream=stream))


def configuration(
    chosen: str, *, requests: bool, stream: str = "ext://sys.stderr"
) -> dict[str, Any]:
    """Return the settings of `logging`: of others errors alone, of ours every line.

    `requests` tells whether each request has one.
    """
    formatter = {"()": f"rollbook.logs.{FORMATS[chosen].__name__}", "format": TEXT}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"place": formatter},
        "handlers": {
            "stream": {"class": "logging.StreamHandler", "formatter": "place", "stream": stream}
        },
        "root": {"handlers": ["stream"], "level": "ERROR"},
        "loggers": {
            "django": {"level": "ERROR"},
            "rollbook": {"level": "INFO"},
            REQUESTS: {"level": "INFO" if requests else "ERROR"},
        },
    }


class PlaceOnly(logging.Formatter):
    """Formats a record without the text of its exception and without the token of an address."""

    def format(self, record: logging.LogRecord) -> str:
        return _masked(super().format(record))

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - logging's name
        kind, _, trace = ei
        return "" if kind is None else kind_and_place(kind, trace, frames=3)


class JsonLines(PlaceOnly):
    """Formats a record as one JSON object on one line, with the same left out."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _masked(record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


FORMATS = {"text": PlaceOnly, "json": JsonLines}


def _masked(text: str) -> str:
    return _TOKEN.sub(r"\1…", text)
