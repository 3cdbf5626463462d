"""What the server says of a request that broke off: kind and place, no text and no address."""

from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger

from rollbook.logs import FORMATS


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Django's log does not see what fails after an answer has begun; the server's does."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(FORMATS[settings.LOG_FORMAT](self.error_fmt, self.datefmt))

    def exception(self, msg: str, *args: Any, **options: Any) -> None:
        # Without `args`: they hold the address with its query string.
        super().exception("A request could not be answered to its end", **options)
