"""The function of the pages and the API: `rollbook.aws.pages.handler`.

For a function URL or an HTTP API with payloads of version 2.0. Another version says in a header of
the browser's where a request comes from, so it is refused.

One event comes from no browser, but from a person who may invoke the function: `{"do":
"first-link"}` answers with the one-time link that makes the first administrator.
"""

import gc
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Final

from rollbook import logs
from rollbook.aws.errors import AdministratorThere, EventUnknown, SettingMissing, failure
from rollbook.aws.setting_up import PAGES, set_up
from rollbook.core.errors import RollbookError

FIRST_LINK: Final = {"do": "first-link"}


@cache
def _application() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    # AWS speaks TLS with the browser and gives the browser's address itself: no header is believed.
    os.environ["ROLLBOOK_TLS"] = "alone"
    set_up(os.environ, settings=PAGES)
    from apig_wsgi import make_lambda_handler
    from django.core.handlers.wsgi import WSGIHandler

    # All in Base64: as JSON, a text of quotes would grow past what a function may answer with.
    return make_lambda_handler(
        WSGIHandler(), binary_support=True, non_binary_content_type_prefixes=()
    )


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    gc.disable()  # what is loaded now stays: no need to search it for garbage
    with suppress(RollbookError):  # the first request tells what is wrong
        _application()  # while Lambda starts the function it gives it a whole processor
    gc.freeze()
    gc.enable()


def handler(event: object, context: Any) -> dict[str, Any]:
    """Answer one request. Raises TransientFailure, PermanentFailure."""
    try:
        if event == FIRST_LINK:
            return _first_link()
        if not isinstance(event, Mapping) or event.get("version") != "2.0":
            raise EventUnknown(why="it is no request of version 2.0.")
        return _application()(_over_tls(event), context)
    except Exception as error:  # noqa: BLE001 - its text might hold a value; the runtime logs it
        told = failure(error)
        logging.getLogger(logs.REQUESTS).error("%s", told)
    raise told


def _first_link() -> dict[str, Any]:
    """Make the link; an earlier one ends. Raises AdministratorThere, SettingMissing.

    Lambda keeps no answer, and logs none.
    """
    _application()
    from django.conf import settings
    from django.db import connections
    from django.urls import reverse

    from rollbook.access.operations import has_administrator, make_first_link

    if not settings.PUBLIC_URL:
        raise SettingMissing(name="ROLLBOOK_URL")
    try:
        if has_administrator():
            raise AdministratorThere
        link = f"{settings.PUBLIC_URL}{reverse('welcome', args=[make_first_link()])}"
    finally:
        connections.close_all()  # one that is left open keeps the database from pausing
    return {"ok": True, "did": [{"link": link}], "next_attempt_at": None}


def _over_tls(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request as the gateway took it: over TLS, whatever a header says."""
    headers = {name.lower(): value for name, value in event["headers"].items()}
    return {**event, "headers": headers | {"x-forwarded-proto": "https"}}
