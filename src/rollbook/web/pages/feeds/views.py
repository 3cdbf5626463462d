"""Feeds: the form, the connection test, the removal."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.access.sessions import in_background
from rollbook.core.errors import RollbookError
from rollbook.core.sources.connection import check_pattern
from rollbook.core.sources.key_pair import public_line
from rollbook.core.sources.steps import Layer
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.operations.feeds import add_feed, change_feed, record_test, remove_feed
from rollbook.records.operations.secrets import HOST_KEY, secret_name, secret_store
from rollbook.records.operations.seen import Seen
from rollbook.records.queries.feeds import active_feeds, feed_rules, read_catalogue
from rollbook.records.queries.field_owners import roster_feeds
from rollbook.records.queries.file_names import adopted_name, new_file_names
from rollbook.records.queries.inbox import inbox_counts
from rollbook.records.queries.schedules import planned_words
from rollbook.records.queries.standings import feed_standings
from rollbook.records.sources import connection_of
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.feeds import connection_test_results, connection_tests
from rollbook.web.pages.feeds.by_hand import files_by_hand
from rollbook.web.pages.feeds.credentials import means_of
from rollbook.web.pages.feeds.form import FIELDS, SHOWN, FeedForm, initial_of, offered_key
from rollbook.web.pages.feeds.glance import WORDS, glances
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404, feed_or_404, shown_feed
from rollbook.web.seen import seen_by

SCRIPT_WAITS = 0.3
"""Seconds until the first answer to a test; a script then asks for more."""
PAGE_WAITS = 8.0
"""Without a script; a button then asks for more."""
OFFERED = ("folder", "port")
"""Settings that a test may offer another value for."""
GO_ON = "go-on"
"""What the button under a new host key asks for: it is confirmed and the test goes further."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_edit(request: HttpRequest, name: str) -> HttpResponse:
    feed = any_feed_or_404(name)
    return _edit(request, feed) if feed.host else files_by_hand(request, feed)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_remove(request: HttpRequest, name: str) -> HttpResponse:
    """Ask first, naming the effect; then remove feed and credentials."""
    feed = feed_or_404(name)
    if request.method != "POST":
        return render(request, "feeds/remove.html", {"feed": feed})
    remove_feed(name, environ=os.environ, actor=str(request.user))
    return redirect("feeds")


@in_background
@require_safe
@for_administrators
def connection_test(request: HttpRequest, number: str) -> HttpResponse:
    """What a running test has found meanwhile, as a part of the feed's page.

    An empty answer means nothing new, so that a screen reader does not repeat it.
    """
    found = connection_test_results.look(number)
    seen = request.GET.get("seen", "")
    if found and not found.is_over and seen == str(len(found.steps)):
        return HttpResponse(status=204)
    return render(request, "feeds/_test.html", _shown(found))


def _edit(request: HttpRequest, feed: Feed | None) -> HttpResponse:
    secret = _stored(feed, refresh=request.method == "POST") if feed else {}
    initial = (
        initial_of(feed, means=means_of(secret)) if feed else {"is_roster": not roster_feeds()}
    )
    given, used = _with_offer(request)
    refused: RollbookError | None = None
    form = FeedForm(given or None, request.FILES or None, initial=initial, feed=feed, saved=secret)
    context: dict[str, Any] = {"form": form, "feed": feed, "public_key": public_line(secret)}
    if used:
        context["used"] = form[used]
    if request.method == "POST" and form.is_valid():
        if "test" in given:
            context["was_tested"] = True
            is_part = request.headers.get("HX-Target") == "test-result"
            seconds = SCRIPT_WAITS if is_part else PAGE_WAITS
            context |= _tested(
                form, feed, asked=str(given["test"]), seconds=seconds, actor=str(request.user)
            )
            if is_part:
                return render(request, "feeds/_test.html", context | {"is_part": True})
        else:
            try:
                saved = _save(form, feed, seen_by(request, SHOWN), actor=str(request.user))
            except RollbookError as error:
                refused = error
                add_to_form(form, error, names=FIELDS)
            else:
                shown = {
                    "feed": saved,
                    "rosters": roster_feeds(),
                    "public_key": public_line(_stored(saved)),
                    "next": planned_words(saved, timezone.now(), zone=district_zone())[0],
                }
                return render(request, "feeds/saved.html", shown)
    elif request.headers.get("HX-Target") == "test-result":
        return render(request, "feeds/_test.html", context | {"steps": None})
    elif request.method == "POST":
        context["was_tested"] = "test" in given
    if feed is not None:
        form.tell_own_numbers()
        context["seen"] = shown_feed(request, feed.name, SHOWN, refused)
        context |= {
            "new_names": new_file_names(feed),
            "adopted": adopted_name(feed),
            "in_inbox": inbox_counts([feed], read_catalogue()).get(feed.name),
            **_at_a_glance(feed),
        }
    return render(request, "feeds/form.html", context)


def _at_a_glance(feed: Feed) -> dict[str, Any]:
    now = timezone.now()
    found = glances(feed_standings(now, of=feed), now)
    return {"glance": found[0] if found else None, "kinds": WORDS.items()}


def _with_offer(request: HttpRequest) -> tuple[QueryDict, str]:
    """Return what was typed, with the setting that a test has offered, and that one's name."""
    given = QueryDict((sent_fields(request) or QueryDict()).urlencode(), mutable=True)
    field, _, value = given.get("use", "").partition("=")
    if field not in OFFERED:
        return given, ""
    given[field], given["test"] = value, "1"
    return given, field


def _save(form: FeedForm, feed: Feed | None, seen: Seen | None, *, actor: str) -> Feed:
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
    return change_feed(
        feed.name,
        settings=changed,
        secret=secret,
        environ=os.environ,
        actor=actor,
        reason=form.cleaned_data["reason"],
        seen=seen,
    )


def _tested(
    form: FeedForm, feed: Feed | None, *, asked: str, seconds: float, actor: str
) -> dict[str, Any]:
    """Test what is in the form; nothing is saved. A new key must be confirmed to go on.

    `asked` names a test that was begun before; anything else begins one.
    """
    number = asked
    if connection_test_results.look(asked) is None:
        try:
            number = _begin_test(form, feed, actor=actor, goes_on=asked == GO_ON)
        except RollbookError as error:  # also where the saved credentials cannot be read
            return {"steps": [], "problem": error_text(error)}
    return _shown(connection_test_results.wait(number, seconds))


def _begin_test(form: FeedForm, feed: Feed | None, *, actor: str, goes_on: bool) -> str:
    settings, chosen = form.settings(), feed or Feed()
    connection = connection_of(chosen, os.environ, changes=settings, secret=form.secret())
    about = {
        "feed": feed.name if feed else "",
        "host": connection.host,
        "port": connection.port,
        "host_key": connection.host_key or "",
        "accepted": form.cleaned_data["offered_key"] if form.accepted_key() else "",
        "is_unticked": goes_on and not form.cleaned_data["accept_key"],
    }
    record_test(feed.name if feed else "", connection.host, connection.port, actor=actor)
    return connection_tests.begin(
        connection,
        settings["folder"],
        check_pattern(settings["pattern"]),
        zone=district_zone(),
        rules=feed_rules(chosen),
        about=about,
        signs_in=not form.makes_key,
    )


def _shown(found: connection_test_results.Found | None) -> dict[str, Any]:
    """Return what the page shows of a test: so far, or in the end."""
    if found is None:
        return {"steps": [], "problem": "The test is over and forgotten. Test again."}
    about, last = found.about, found.steps[-1] if found.steps else {}
    is_new = bool(last.get("host_key")) and last["host_key"] != about["host_key"]
    is_complete = found.is_over and not found.problem
    return {
        "steps": found.steps,
        "next_step": _next_step(last),
        "running": "" if found.is_over else found.number,
        "problem": "" if is_new or last.get("state") == "failed" else _problem(found),
        "is_good": is_complete
        and last.get("state") != "failed"
        and not is_new
        and last.get("name") != Layer.SIGN_IN,
        "offered": offered_key(about["host"], about["port"], last["host_key"]) if is_new else None,
        "is_changed": is_new and bool(about["host_key"]),
        "accepted": about["accepted"],
        "is_unticked": about["is_unticked"],
        "columns": _columns(found.header, about["feed"]),
    }


def _next_step(last: Mapping[str, Any]) -> str:
    """Return the step that is being tried; "" after the last one."""
    layers = list(Layer)
    at = layers.index(Layer(last["name"])) + 1 if last else 0
    return layers[at] if at < len(layers) else ""


def _problem(found: connection_test_results.Found) -> str:
    return found.problem if found.is_over else ""


def _columns(header: Sequence[str], feed_name: str) -> list[tuple[str, str]]:
    if not header:
        return []
    feed = next((feed for feed in active_feeds() if feed.name == feed_name), Feed())
    rules = feed_rules(feed)
    catalogue = read_catalogue()
    found = ((text, catalogue.find(text, rules)) for text in header)
    return [(text, field.header if field else "") for text, field in found]


def _stored(feed: Feed, *, refresh: bool = False) -> Mapping[str, str]:
    """Return the feed's credentials, {} where the store has none or cannot be read.

    With `refresh` those of now: what is typed is completed by them.
    """
    store, name = secret_store(os.environ), secret_name(feed.name)
    try:
        if refresh:
            store.refresh(name)
        return store.get(name)
    except RollbookError:
        return {}
