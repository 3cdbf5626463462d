"""Feeds and terms: what is refused, what is audited, and that no secret is ever in the audit."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from rollbook.cli.error_texts import error_text
from rollbook.core.catalogue.terms import Term
from rollbook.core.errors import UsageError
from rollbook.core.secrets.store import KeyUnusable, SecretNotFound
from tests.integration.cli.commands import CommandLine
from tests.integration.records.conftest import Open

SERVER = {"host": "sftp.example.org", "username": "district", "pattern": "student_data_*.csv"}
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"


@pytest.fixture
def environ(rollbook: CommandLine) -> Mapping[str, str]:
    return {"ROLLBOOK_HOME": str(rollbook.home)}


def add(environ: Mapping[str, str], **settings: Any) -> Any:
    from rollbook.records.operations.feeds import add_feed

    return add_feed(
        "nightly",
        settings=SERVER | settings,
        secret={"password": "correct horse"},
        environ=environ,
        actor="a test",
    )


def change(name: str, environ: Mapping[str, str], **settings: Any) -> Any:
    from rollbook.records.operations.feeds import change_feed

    return change_feed(name, settings=settings, secret=None, environ=environ, actor="a test")


def audit() -> list[tuple[str, Any, Any]]:
    from rollbook.records.models import AuditEvent

    return list(AuditEvent.objects.order_by("id").values_list("action", "before", "after"))


def test_a_feed_keeps_its_password_encrypted_and_out_of_the_audit(
    records: str, environ: Mapping[str, str]
) -> None:
    from rollbook.records.models import SecretBlob
    from rollbook.records.operations.secrets import secret_name, secret_store

    add(environ)
    assert secret_store(environ).get(secret_name("nightly")) == {"password": "correct horse"}
    assert b"correct" not in bytes(SecretBlob.objects.get().blob)
    ((action, _, after),) = audit()
    assert action == "feed.added"
    assert "correct" not in str(after)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"host": "sftp://sftp.example.org"}, "--host"),
        ({"host": " "}, "--host"),
        ({"username": ""}, "--user"),
        ({"pattern": " "}, "--pattern"),
        ({"host_key": "garbage"}, "--host-key"),
        ({"host_key": f"sftp.example.org {ED25519}"}, "--host-key"),
        ({"host_key": "ssh-rsa " + ED25519.split()[1]}, "--host-key"),
        ({"percent_scale": "10"}, "--percent-scale"),
        ({"half_days": "maybe"}, "--half-days"),
        ({"required": ["first_name"]}, "--requires"),
        ({"legacy_algorithms": ["rot13"]}, "--legacy"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name_and_nothing_is_kept(
    records: str, environ: Mapping[str, str], settings: dict[str, Any], named: str
) -> None:
    from rollbook.records.models import SecretBlob
    from rollbook.records.queries.feeds import active_feeds

    with pytest.raises(UsageError, match="Nothing was changed") as refused:
        add(environ, **settings)
    assert refused.value.faults.keys() == settings.keys()
    assert error_text(refused.value).startswith(f"{named}: ")
    assert named not in str(refused.value)
    assert [feed.name for feed in active_feeds()] == ["files"]
    assert not SecretBlob.objects.exists()
    assert audit() == []


def test_a_public_key_with_a_comment_is_accepted(records: str, environ: Mapping[str, str]) -> None:
    assert add(environ, host_key=f"{ED25519} operator@example.org").pk


def test_a_new_host_forgets_the_pinned_key(records: str, environ: Mapping[str, str]) -> None:
    add(environ, host_key=ED25519)
    assert change("nightly", environ, folder="outbox").host_key == ED25519
    assert change("nightly", environ, host="other.example.org").host_key == ""


def test_the_feed_of_files_by_hand_gets_no_server_and_stays(
    records: str, environ: Mapping[str, str]
) -> None:
    from rollbook.records.operations.feeds import remove_feed

    with pytest.raises(UsageError, match="by hand"):
        change("files", environ, host="sftp.example.org")
    with pytest.raises(UsageError, match="by hand"):
        remove_feed("files", environ=environ, actor="a test")
    assert change("files", environ, blanks="clear").blanks == "clear"


def test_a_removed_feed_loses_its_password_and_its_name_is_free_again(
    records: str, environ: Mapping[str, str]
) -> None:
    from rollbook.records.operations.feeds import remove_feed
    from rollbook.records.operations.secrets import secret_name, secret_store
    from rollbook.records.queries.feeds import feed_by_name

    first = add(environ)
    remove_feed("nightly", environ=environ, actor="a test")
    with pytest.raises(SecretNotFound):
        secret_store(environ).get(secret_name("nightly"))
    with pytest.raises(UsageError, match="The feeds are: files"):
        feed_by_name("nightly")
    assert add(environ).pk != first.pk


def test_a_feed_with_the_longest_name_is_removed_too(
    records: str, environ: Mapping[str, str]
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.feeds import add_feed, remove_feed

    for _ in range(2):
        add_feed("x" * 100, settings=SERVER, secret={}, environ=environ, actor="a test")
        remove_feed("x" * 100, environ=environ, actor="a test")
    assert Feed.objects.exclude(removed_at=None).count() == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [("port", 0), ("rejected_limit", 101), ("blanks", "guess"), ("percent_scale", "")],
)
def test_the_database_itself_refuses_a_feed_that_makes_no_sense(
    records: str, column: str, value: object
) -> None:
    from rollbook.records.models import Feed

    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.update(**{column: value})


def test_a_key_file_that_is_not_there_is_named(records: str, tmp_path: Path) -> None:
    from rollbook.records.operations.secrets import secret_key

    with pytest.raises(KeyUnusable, match="ROLLBOOK_SECRET_KEY_FILE"):
        secret_key({"ROLLBOOK_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_a_term_brings_its_18_columns_once(records: str) -> None:
    from rollbook.records.operations.terms import add_term
    from rollbook.records.queries.feeds import read_catalogue

    term = Term("Winter 2026", date(2026, 1, 5), date(2026, 3, 27))
    assert add_term(term, actor="a test") == 18
    assert add_term(Term("Winter 2026"), actor="a test") == 0
    assert read_catalogue().terms[-1] == term
    assert "winter_2026_dibels_lnf_level" in read_catalogue().by_name
    assert [action for action, _, _ in audit()] == ["term.added"]


def test_a_term_that_ends_before_it_starts_is_refused(records: str) -> None:
    from rollbook.records.operations.terms import add_term

    with pytest.raises(UsageError, match="end before it starts"):
        add_term(Term("Winter 2026", date(2026, 3, 1), date(2026, 1, 1)), actor="a test")
    add_term(Term("Winter 2026", date(2026, 1, 5)), actor="a test")
    with pytest.raises(UsageError, match="end before it starts"):
        add_term(Term("Winter 2026", ends_on=date(2026, 1, 1)), actor="a test")


def test_a_term_waits_only_so_long_for_a_table_in_use_and_changes_nothing(
    records: str, open_connection: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.database import DatabaseBusy
    from rollbook.records.operations import terms
    from rollbook.records.queries.feeds import read_catalogue

    monkeypatch.setattr(terms, "LOCK_TIMEOUT", "100ms")
    reader = open_connection()
    with reader.transaction(), pytest.raises(DatabaseBusy):
        reader.execute("select * from public.student_data_snapshots")
        terms.add_term(Term("Winter 2026"), actor="a test")
    assert len(read_catalogue().terms) == 2
    assert audit() == []


def test_values_of_a_row_never_travel_in_a_database_error(open_connection: Open) -> None:
    from rollbook.core.errors import RollbookError
    from rollbook.records.database import translated

    connection = open_connection()
    insert = "insert into public.students (student_id, first_name) values (%s, 'Secretname')"
    connection.execute(insert, ["1"])
    with pytest.raises(RollbookError) as refused, translated():
        connection.execute(insert, ["1"])
    assert "SQLSTATE 23505" in str(refused.value)
    assert "students_student_id_key" in refused.value.private
    assert refused.value.__cause__ is None
    assert "(1)" not in str(refused.value)
    assert isinstance(refused.value.__context__, psycopg.Error)
    assert refused.value.__suppress_context__
