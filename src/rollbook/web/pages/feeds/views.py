"""The settings of a feed: the form, its connection test, the removal."""

import os
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.access.sessions import in_background
from rollbook.core.errors import RollbookError
from rollbook.core.sources.key_pair import public_line
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.operations.feeds import add_feed, change_feed, remove_feed
from rollbook.records.operations.secrets import HOST_KEY, secret_name, secret_store
from rollbook.records.operations.seen import Seen
from rollbook.records.queries.field_owners import roster_feeds
from rollbook.records.queries.schedules import planned_words
from rollbook.web.error_texts import add_to_form
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.feeds import connection_test_results
from rollbook.web.pages.feeds.by_hand import files_by_hand
from rollbook.web.pages.feeds.chooser_view import chooser
from rollbook.web.pages.feeds.choosing import answer, choose, confirmed_key, forget_errors, wish_of
from rollbook.web.pages.feeds.connection_answers import PAGE_WAITS, SCRIPT_WAITS, shown, tested
from rollbook.web.pages.feeds.credentials import means_of
from rollbook.web.pages.feeds.form import FIELDS, SHOWN, FeedForm, initial_of
from rollbook.web.pages.feeds.form_sections import form_sections
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404, feed_or_404, in_inbox, shown_feed
from rollbook.web.seen import seen_by

PARTS: Final = {"test-result": "feeds/_test.html", "chooser": "feeds/_chooser.html"}
"""What a script puts into the page, by the part of the page that it replaces."""
OFFERED = ("folder", "port")
"""Settings that a test may offer another value for."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_edit(request: HttpRequest, name: str) -> HttpResponse:
    feed = any_feed_or_404(name)
    return _edit(request, feed) if feed.host else files_by_hand(request, feed)


@require_safe
@for_administrators
def feed_saved(request: HttpRequest, name: str) -> HttpResponse:
    """What comes next, once the form is saved: a page that can be loaded again."""
    feed = feed_or_404(name)
    about = {
        "feed": feed,
        "rosters": roster_feeds(),
        "public_key": public_line(_stored(feed)),
        "next": planned_words(feed, timezone.now(), zone=district_zone())[0],
    }
    return render(request, "feeds/saved.html", about)


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
    is_browsed = found is not None and connection_test_results.is_look(found.about)
    seen = request.GET.get("seen", "")
    if found and not found.is_over and seen == str(len(found.steps)):
        return HttpResponse(status=204)
    if is_browsed:
        return render(request, "feeds/_chooser.html", chooser(found) | {"is_part": True})
    return render(request, "feeds/_test.html", shown(found))


def _edit(request: HttpRequest, feed: Feed | None) -> HttpResponse:
    secret = _stored(feed, refresh=request.method == "POST") if feed else {}
    initial = (
        initial_of(feed, means=means_of(secret)) if feed else {"is_roster": not roster_feeds()}
    )
    given, used = _with_offer(request)
    wish = wish_of(given) if request.method == "POST" else None
    chosen = choose(given, actor=str(request.user)) if wish and wish[0] == "choose" else {}
    form = FeedForm(given or None, request.FILES or None, initial=initial, feed=feed, saved=secret)
    context: dict[str, Any] = {"form": form, "feed": feed, "public_key": public_line(secret)}
    if used:
        context["used"] = form[used]
    refused: RollbookError | None = None
    if wish:
        context |= _browsed(request, form, feed, wish, chosen=chosen)
        context["accepted"] = confirmed_key(form)
    elif request.method == "POST" and form.is_valid():
        if "test" in given:
            context |= _tested(request, form, feed, asked=str(given["test"]))
        else:
            try:
                saved = _save(form, feed, seen_by(request, SHOWN), actor=str(request.user))
            except RollbookError as error:
                refused = error
                add_to_form(form, error, names=FIELDS)
            else:
                return redirect("feed_saved", saved.name)
    elif request.method == "POST":
        context["was_tested"] = "test" in given
    if part := PARTS.get(request.headers.get("HX-Target", "")):
        return render(request, part, {"steps": None} | context | {"is_part": True})
    if feed is not None:
        form.tell_own_numbers()
        context["seen"] = shown_feed(request, feed.name, SHOWN, refused)
        context["in_inbox"] = in_inbox(feed)
    context["sections"] = form_sections(form, feed, opened="file" if wish else "")
    return render(request, "feeds/form.html", context)


def _browsed(
    request: HttpRequest,
    form: FeedForm,
    feed: Feed | None,
    wish: tuple[str, str],
    *,
    chosen: dict[str, Any],
) -> dict[str, Any]:
    """Return what the chooser shows."""
    if chosen:
        forget_errors(form)
        return chosen
    browsed, actor = request.POST.get("browsed", ""), str(request.user)
    return answer(form, feed, wish, browsed=browsed, seconds=_patience(request), actor=actor)


def _tested(
    request: HttpRequest, form: FeedForm, feed: Feed | None, *, asked: str
) -> dict[str, Any]:
    """Return what the page shows of a test of what is typed."""
    seconds, actor = _patience(request), str(request.user)
    found = tested(form, feed, asked=asked, seconds=seconds, actor=actor)
    return {"was_tested": True, **found}


def _patience(request: HttpRequest) -> float:
    return SCRIPT_WAITS if request.headers.get("HX-Target") in PARTS else PAGE_WAITS


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
