"""Addresses whose code is loaded when one of them is asked for first.

Every page makes links, for which Django loads all modules of addresses, and with them all pages.
They took a third of the time in which the pages start, and a function of AWS starts often.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RegexPattern, RoutePattern


class OnDemand(URLResolver):
    """A module with `urlpatterns` under a prefix and a namespace, which it must have."""

    def __init__(self, prefix: str, module: str, *, namespace: str) -> None:
        super().__init__(RoutePattern(prefix), module, app_name=namespace, namespace=namespace)

    def _populate(self) -> None:
        """Collect no names: those of a namespace are asked of a copy, which does."""


View = Callable[..., HttpResponseBase]


def page(route: str, load: Callable[[], View], *, name: str) -> URLPattern:
    """Return the address of the view that `load` returns."""
    return _Page(RoutePattern(route, name=name, is_endpoint=True), _View(load), None, name)


def page_by_expression(route: str, load: Callable[[], View], *, name: str) -> URLPattern:
    """Return the address, as a regular expression, of the view that `load` returns."""
    return _Page(RegexPattern(route, name=name, is_endpoint=True), _View(load), None, name)


class _View:
    """A view that is loaded when it is called, or asked for what it knows, first."""

    def __init__(self, load: Callable[[], View]) -> None:
        self._load: Final = load

    @cached_property
    def loaded(self) -> View:
        return self._load()

    def __call__(self, *given: Any, **named: Any) -> HttpResponseBase:
        return self.loaded(*given, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loaded, name)


class _Page(URLPattern):
    """Django asks each view for its name when it collects the links: this one knows it unloaded."""

    callback: _View

    @property
    def lookup_str(self) -> str:
        return str(self.name)

    def resolve(self, path: str) -> ResolverMatch | None:
        match = super().resolve(path)
        if match is not None:
            match.func = self.callback.loaded
        return match
