"""Feeds: the list, the form, the connection test, the removal."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.rules import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.core.sources.own_key import public_line
from rollbook.records import queries
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.operations.feeds import add_feed, change_feed, remove_feed
from rollbook.records.operations.secrets import HOST_KEY, secret_name, secret_store
from rollbook.records.schedules import planned_words
from rollbook.records.sources import connection_of
from rollbook.records.trials import HeaderReader
from rollbook.web.feed_form import FeedForm, initial_of, offered_key
from rollbook.web.uploads import scratch


@require_safe
@for_administrators
def feed_list(request: HttpRequest) -> HttpResponse:
    now, zone = timezone.now(), district_zone()
    lines = [
        (feed, queries.last_completed_at(feed), planned_words(feed, now, zone=zone)[0])
        for feed in queries.feeds()
        if feed.host
    ]
    return render(request, "feeds/list.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_edit(request: HttpRequest, name: str) -> HttpResponse:
    return _edit(request, feed_or_404(name))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_remove(request: HttpRequest, name: str) -> HttpResponse:
    """Ask first, naming the effect; then remove feed and credentials."""
    feed = feed_or_404(name)
    if request.method != "POST":
        return render(request, "feeds/remove.html", {"feed": feed})
    remove_feed(name, environ=os.environ, actor=str(request.user))
    return redirect("feeds")


def feed_or_404(name: str) -> Feed:
    """Return a feed that has a server. Raises Http404."""
    for feed in queries.feeds():
        if feed.name == name and feed.host:
            return feed
    raise Http404


def _edit(request: HttpRequest, feed: Feed | None) -> HttpResponse:
    secret = _stored(feed) if feed else {}
    initial = initial_of(feed, means=_means(secret)) if feed else None
    form = FeedForm(request.POST or None, initial=initial, feed=feed)
    context: dict[str, Any] = {"form": form, "feed": feed, "public_key": public_line(secret)}
    if request.method == "POST" and form.is_valid():
        if "test" in request.POST:
            context |= _tested(form, feed)
            if request.headers.get("HX-Target") == "test-result":
                return render(request, "feeds/_test.html", context)
        else:
            try:
                saved = _save(form, feed, actor=str(request.user))
            except RollbookError as error:
                form.add_error(None, str(error))
            else:
                shown = {
                    "feed": saved,
                    "public_key": public_line(_stored(saved)),
                    "next": planned_words(saved, timezone.now(), zone=district_zone())[0],
                }
                return render(request, "feeds/saved.html", shown)
    elif request.headers.get("HX-Target") == "test-result":
        return render(request, "feeds/_test.html", context | {"steps": None})
    return render(request, "feeds/form.html", context)


def _save(form: FeedForm, feed: Feed | None, *, actor: str) -> Feed:
    settings, secret = form.settings(), form.secret()
    if feed is None:
        name = form.cleaned_data["name"]
        return add_feed(
            name, settings=settings, secret=secret or {}, environ=os.environ, actor=actor
        )
    # A confirmed key is kept even where the row has it already: only the secret's copy counts.
    changed = {
        key: value
        for key, value in settings.items()
        if key == HOST_KEY or getattr(feed, key) != value
    }
    if not changed and secret is None:
        return feed
    return change_feed(feed.name, settings=changed, secret=secret, environ=os.environ, actor=actor)


def _tested(form: FeedForm, feed: Feed | None) -> dict[str, Any]:
    """Test what stands in the form; nothing is saved. A new key must be confirmed to go on."""
    # Whoever does not test need not wait for asyncssh.
    from rollbook.core.sources.connection_test import test_connection

    reader = HeaderReader(queries.read_catalogue(), queries.feed_rules(feed or Feed()), scratch)
    try:
        connection = connection_of(
            feed or Feed(), os.environ, changes=form.settings(), secret=form.secret()
        )
        trial = test_connection(
            connection, form.settings()["folder"], form.settings()["pattern"], read_header=reader
        )
    except RollbookError as error:  # also where the saved credentials cannot be read
        return {"steps": [], "problem": str(error)}
    steps, offered = [], None
    for step in trial:
        steps.append(step)
        if step.host_key and step.host_key != connection.host_key:
            offered = offered_key(connection.host, connection.port, step.host_key)
            trial.close()  # before any password is sent
            break
    return {
        "steps": steps,
        "is_good": steps[-1].state != "failed" and offered is None,
        "offered": offered,
        "is_changed": bool(offered and connection.host_key),
        "accepted": form.cleaned_data["offered_key"] if form.accepted_key() else "",
        "columns": _columns(reader.header, feed),
    }


def _columns(header: Sequence[str], feed: Feed | None) -> list[tuple[str, str]]:
    rules = queries.feed_rules(feed or Feed())
    catalogue = queries.read_catalogue()
    found = ((text, catalogue.find(text, rules)) for text in header)
    return [(text, field.header if field else "") for text, field in found]


def _stored(feed: Feed) -> Mapping[str, str]:
    """Return the feed's credentials, {} where the store has none or cannot be read."""
    try:
        return secret_store(os.environ).get(secret_name(feed.name))
    except RollbookError:
        return {}


def _means(secret: Mapping[str, str]) -> str:
    if public_line(secret):
        return "own"
    return "key" if secret.get("private_key") else "password"
