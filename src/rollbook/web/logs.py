"""What the server logs of an error: kind and place, never its text, which may hold a value."""

import logging
import traceback
from pathlib import Path
from types import TracebackType

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class PlaceOnly(logging.Formatter):
    """Formats a record without the text of its exception."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - logging's name
        kind, _, trace = ei
        if kind is None:
            return ""
        places = [
            f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)
        ]
        return f"{kind.__name__} at {' > '.join(places[-3:])}"
