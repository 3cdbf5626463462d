"""Addresses whose module is loaded when one of them is asked for first."""

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern


class OnDemand(URLResolver):
    """A module with `urlpatterns` under a prefix and a namespace, which it must have.

    Every page makes links, for which Django loads all modules of addresses: those of the HTTP API
    took a third of the time in which the pages start, and a function of AWS starts often.
    """

    def __init__(self, prefix: str, module: str, *, namespace: str) -> None:
        super().__init__(RoutePattern(prefix), module, app_name=namespace, namespace=namespace)

    def _populate(self) -> None:
        """Collect no names: those of a namespace are asked of a copy, which does."""
