"""Two people who give the same name at the same moment: one is served, the other is told why."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.doubles.at_once import at_once
from tests.integration.access.conftest import make_person
from tests.integration.cli.commands import CommandLine
from tests.integration.records.conftest import Open

__all__ = ["make_person"]  # a fixture

Environ = Mapping[str, str]
SERVER = {"host": "sftp.example.org", "username": "district", "pattern": "*.csv"}
PASSWORD = "a long enough sentence"


@pytest.fixture
def environ(rollbook: CommandLine) -> Environ:
    return {"ROLLBOOK_HOME": str(rollbook.home)}


def add_feed(environ: Environ) -> None:
    from rollbook.records.operations.feeds import add_feed

    add_feed("sis", settings=SERVER, secret={"password": "x"}, environ=environ, actor="test")


def import_feeds(environ: Environ) -> None:
    from rollbook.records.operations.feed_settings import import_feeds

    import_feeds({"sis": SERVER}, dry_run=False, environ=environ, actor="test")


def add_person(environ: Environ) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import add_person

    add_person("bea@example.org", PASSWORD, role=Role.VIEWER, actor="test")


def make_token(environ: Environ) -> None:
    from rollbook.access.models import User
    from rollbook.access.operations import make_token
    from rollbook.access.scopes import Scope

    owner = User.objects.get(email="ada@example.org")
    make_token("nightly", [Scope.READ], owner=owner, actor="test")


def add_term(environ: Environ) -> None:
    from rollbook.core.catalogue.terms import Term
    from rollbook.records.operations.terms import add_term

    add_term(Term("Winter 2031"), actor="test")


def change_settings(environ: Environ) -> None:
    from rollbook.records.operations.district import change_settings

    change_settings({"import.notification_emails": "ada@example.org"}, actor="test")


def remove_feed(environ: Environ) -> None:
    from rollbook.records.operations.feeds import remove_feed

    remove_feed("sis", environ=environ, actor="test")


def change_feed(environ: Environ) -> None:
    from rollbook.records.operations.feeds import change_feed

    secret = {"password": "kept for no feed"}
    change_feed("sis", settings={}, secret=secret, environ=environ, actor="test")


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (add_feed, "feed_exists"),
        (import_feeds, None),
        (add_person, "account_exists"),
        (make_token, "token_exists"),
        (add_term, None),
        (change_settings, None),
    ],
)
def test_of_two_who_give_the_same_name_at_once_the_second_is_told(
    make_person: Callable[..., Any],
    open_connection: Open,
    environ: Environ,
    operation: Callable[[Environ], None],
    reason: str | None,
) -> None:
    make_person()
    raised = at_once(lambda: operation(environ), lambda: operation(environ), open_connection)
    assert getattr(raised, "reason", None) == reason, raised


def test_of_two_imports_of_one_new_layout_at_once_the_second_says_that_it_replaces_the_first(
    records: str, open_connection: Open
) -> None:
    from rollbook.records.models import AuditEvent
    from rollbook.records.operations.layouts import save_layout
    from rollbook.records.queries.layouts import document_to_export

    document, said = document_to_export("aeries-query"), []

    def save(title: str) -> None:
        said.append(save_layout(document | {"title": title}, actor=title).action)

    assert at_once(lambda: save("One"), lambda: save("Two"), open_connection) is None
    assert said == ["added", "changed"]
    events = AuditEvent.objects.filter(subject=document["name"]).order_by("pk")
    assert [(each.action, each.actor) for each in events] == [
        ("layout.added", "One"), ("layout.changed", "Two"),
    ]  # fmt: skip
    raised = at_once(
        lambda: save_layout(document | {"name": "own-b"}, actor="One", is_new=True),
        lambda: save_layout(document | {"name": "own-b"}, actor="Two", is_new=True),
        open_connection,
    )
    assert getattr(raised, "reason", None) == "layout_exists", raised


@pytest.mark.parametrize("second", [remove_feed, change_feed])
def test_a_feed_that_is_removed_meanwhile_is_not_there_any_more(
    records: str, open_connection: Open, environ: Environ, second: Callable[[Environ], None]
) -> None:
    from rollbook.records.models import AuditEvent, SecretBlob

    add_feed(environ)
    raised = at_once(lambda: remove_feed(environ), lambda: second(environ), open_connection)
    assert getattr(raised, "reason", None) == "no_such_feed", raised
    assert not SecretBlob.objects.exists()
    assert AuditEvent.objects.filter(action="feed.removed").count() == 1


def test_a_removed_feed_keeps_no_address_of_a_webhook(records: str, environ: Environ) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.feeds import change_feed

    add_feed(environ)
    change_feed(
        "sis",
        settings={"webhook": "https://example.org/a-secret"},
        secret=None,
        environ=environ,
        actor="test",
    )
    remove_feed(environ)
    assert Feed.objects.exclude(removed_at=None).get().webhook == ""
