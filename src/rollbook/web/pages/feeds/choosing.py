"""Choosing a folder and a file in a feed's form, on the server itself. Nothing is saved.

A look into a folder is carried out as a connection test is, with what is typed or saved, and only
where the server's key is confirmed. What was looked at lately is shown again without a connection.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import QueryDict

from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.sources.folder_view import can_keep
from rollbook.records.models import Feed
from rollbook.records.operations.feeds import record_browsing
from rollbook.records.queries.file_names import patterns_beside
from rollbook.records.sources import connection_of
from rollbook.web.error_texts import error_text
from rollbook.web.pages.feeds import connection_test_results as results
from rollbook.web.pages.feeds import connection_tests
from rollbook.web.pages.feeds.chooser_view import EXPIRED, chooser
from rollbook.web.pages.feeds.form import FeedForm

WISHES: Final = ("browse", "open", "reread", "look", "choose", "shut")
"""The names of the chooser's buttons: open what is typed, a folder; read it again; ask how far a
look is; use this folder or a file; close."""
CONNECTION: Final = ("host", "port", "username", "sign_in_seconds", "legacy_algorithms")
NEEDED: Final = (
    *CONNECTION, "sign_in", "password", "private_key_file", "private_key", "passphrase", "folder",
)  # fmt: skip
"""The fields without which no folder can be read; the others may be wrong, or blank yet."""
THIS_FOLDER: Final = "folder"
MOST_KEPT: Final = 50
"""Folders that are shown again without a connection."""


class NotTestedYet(UsageError):
    """You haven't confirmed this server yet, so we didn't connect.

    Nothing was changed.

    Test the connection and confirm the fingerprint, then browse."""

    reason = "browsed_before_test"


class KeyNotMadeYet(UsageError):
    """Your key is created when you save the feed, so we can't sign in yet.

    Nothing was changed.

    Save the feed, send the public key to your vendor, and browse once it's installed."""

    reason = "browsed_before_key"


class NotAFolder(UsageError):
    """A feed can't use this folder: its path is too long, or has characters that can't be seen.

    Nothing was changed.

    Choose another folder, or have your vendor rename this one."""

    reason = "not_a_folder"


def wish_of(given: QueryDict) -> tuple[str, str] | None:
    """Return which button of the chooser was pressed, and its value; None: none was."""
    return next(((wish, str(given[wish])) for wish in WISHES if wish in given), None)


def choose(given: QueryDict, *, actor: str) -> dict[str, Any]:
    """Put what was chosen into the fields; return what the page says of it."""
    view = _looked_at(given.get("browsed", ""), actor)
    if view is None:
        return {"chooser": True, "chooser_problem": EXPIRED}
    value = str(given["choose"])
    chosen: dict[str, Any] = {"folder": view["folder"] or "login folder"}
    if value != THIS_FOLDER:
        files = view["files"]
        file = (
            files[int(value)]
            if value.isascii() and value.isdecimal() and len(value) < 6 and int(value) < len(files)
            else {}
        )
        if not file.get("pattern"):
            return {"chooser": True, "chooser_problem": "This file can't be chosen. Browse again."}
        given["pattern"] = file["pattern"]
        chosen |= {key: file[key] for key in ("pattern", "name", "matches")}
    given["folder"] = view["folder"]
    return {"chosen": chosen}


def answer(
    form: FeedForm,
    feed: Feed | None,
    wish: tuple[str, str],
    *,
    browsed: str,
    seconds: float,
    actor: str,
) -> dict[str, Any]:
    """Return what the chooser shows after a press. `browsed` names the look that is shown now."""
    what, value = wish
    if what in ("shut", "look"):
        forget_errors(form)
    if what == "shut":
        return {}
    if what == "look":
        known = _kept(value, actor)
        return chooser(results.wait(value, seconds) if known else None)
    before = _kept(browsed, actor)
    try:
        _check(form)
        number = _number(form, feed, wish, before=(browsed, before), actor=actor)
    except RollbookError as error:  # also where the saved credentials cannot be read
        shown = chooser(results.look(browsed)) if before else {"chooser": True}
        advice = {"is_untested": isinstance(error, NotTestedYet)}
        return shown | advice | {"chooser_problem": error_text(error), "chooser_advice": ""}
    return chooser(results.wait(number, seconds))


def confirmed_key(form: FeedForm) -> str:
    """Return the host key that the person has confirmed in the form, as it was offered; or ""."""
    is_known = {"host", "port", "offered_key"} <= form.cleaned_data.keys()
    confirmed = form.cleaned_data["offered_key"] if is_known and form.accepted_key() else ""
    return str(confirmed)


def forget_errors(form: FeedForm, *, but: Sequence[str] = ()) -> None:
    """Leave no errors but those of these fields: the others are about saving."""
    for name in [name for name in form.errors if name not in but]:
        del form.errors[name]


def _check(form: FeedForm) -> None:
    """Raise UsageError for what a look needs; the form shows these errors alone."""
    forget_errors(form, but=NEEDED)
    if form.errors:
        wrong = "; ".join(f"{form[name].label}: {text[0]}" for name, text in form.errors.items())
        raise UsageError(what=f"Fix these first: {wrong}", means="")
    if form.makes_key:
        raise KeyNotMadeYet


def _number(
    form: FeedForm,
    feed: Feed | None,
    wish: tuple[str, str],
    *,
    before: tuple[str, Mapping[str, Any] | None],
    actor: str,
) -> str:
    """Return by which name the look into the folder can be asked for: one that is known, or a new
    one."""
    what, value = wish
    data = form.cleaned_data
    folder = data["folder"] if what == "browse" else value
    if what != "browse" and not can_keep(folder):
        raise NotAFolder
    changes = {column: data[column] for column in CONNECTION}
    if (host_key := form.accepted_key()) is not None:
        changes["host_key"] = host_key
    connection = connection_of(feed or Feed(), os.environ, changes=changes, secret=form.secret())
    if connection.host_key is None:
        raise NotTestedYet
    about = {
        "feed": feed.name if feed else "",
        "host": connection.host,
        "port": connection.port,
        "host_key": connection.host_key,
        "user": connection.user,
        "actor": actor,
        "asked_folder": folder,
    }
    about["looks"] = looks = _looks(before, about)
    if what == "open" and (known := looks.get(folder)) and _looked_at(known, actor):
        return known
    record_browsing(feed.name if feed else "", connection.host, connection.port, actor=actor)
    where = {"host": connection.host, "port": connection.port, "folder": folder}
    others = patterns_beside(Feed(pk=feed.pk if feed else None, **where))
    return connection_tests.begin_browsing(connection, folder, others=others, about=about)


def _looks(
    before: tuple[str, Mapping[str, Any] | None], about: Mapping[str, Any]
) -> dict[str, str]:
    """Return the looks into folders of the same server, as the same user, by folder."""
    number, found = before
    same = ("host", "port", "host_key", "user", "actor")
    if found is None or any(found["about"][part] != about[part] for part in same):
        return {}
    looks = dict(found["about"]["looks"])
    if found["folder"]:
        looks[found["folder"]["folder"]] = number
    return dict(list(looks.items())[-MOST_KEPT:])


def _kept(number: str, actor: str) -> dict[str, Any] | None:
    """Return what a look of this person's has left; None where there is none."""
    found = results.kept(number) if number else None
    is_own = (
        found is not None and results.is_look(found["about"]) and found["about"]["actor"] == actor
    )
    return found if is_own else None


def _looked_at(number: str, actor: str) -> dict[str, Any] | None:
    """Return what is in a folder that was looked at."""
    found = _kept(number, actor)
    return found["folder"] if found else None
