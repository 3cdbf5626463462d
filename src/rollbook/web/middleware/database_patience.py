"""A request waits for the database for a limited time."""

from collections.abc import Callable
from functools import cache

from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse

from rollbook.records.patience import Patience

_patience = cache(Patience)
"""One for the process, made where it serves: its thread would not live through a fork."""


class DatabasePatience:
    """Once it is loaded, no connection of this process waits without end. Commands load it not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        connection_created.connect(_patience().limit, dispatch_uid="patience")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)
