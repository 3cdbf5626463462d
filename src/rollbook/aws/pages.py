"""The function of the pages and the API: `rollbook.aws.pages.handler`.

For a function URL or an HTTP API with payloads of version 2.0. Another version says in a header of
the browser's where a request comes from, so it is refused.
"""

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from rollbook import logs
from rollbook.aws.errors import EventUnknown, failure
from rollbook.aws.setting_up import PAGES, set_up
from rollbook.core.errors import RollbookError


@cache
def _application() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    # AWS speaks TLS with the browser and gives the browser's address itself: no header is believed.
    os.environ["ROLLBOOK_TLS"] = "alone"
    set_up(os.environ, settings=PAGES)
    from apig_wsgi import make_lambda_handler
    from django.core.handlers.wsgi import WSGIHandler

    return make_lambda_handler(WSGIHandler(), binary_support=True)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    with suppress(RollbookError):  # the first request tells what is wrong
        _application()  # while Lambda starts the function it gives it a whole processor


def handler(event: object, context: Any) -> dict[str, Any]:
    """Answer one request. Raises TransientFailure, PermanentFailure."""
    try:
        if not isinstance(event, Mapping) or event.get("version") != "2.0":
            raise EventUnknown(why="it is no request of version 2.0.")
        return _application()(_over_tls(event), context)
    except Exception as error:  # noqa: BLE001 - its text might hold a value; the runtime logs it
        told = failure(error)
        logging.getLogger(logs.REQUESTS).error("%s", told)
    raise told


def _over_tls(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request as the gateway took it: over TLS, whatever a header says."""
    headers = {name.lower(): value for name, value in event["headers"].items()}
    return {**event, "headers": headers | {"x-forwarded-proto": "https"}}
