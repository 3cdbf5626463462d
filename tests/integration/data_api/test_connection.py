"""What a connection over the Data API holds, waits for and says."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from rollbook.core.errors import RollbookError
from rollbook.data_api import client, transaction
from rollbook.data_api.address import ClusterAddress
from rollbook.data_api.connection import DataApiConnection
from rollbook.data_api.transaction import Transaction
from rollbook.records.database import translate
from tests.doubles.data_api import IDLE, DataApi
from tests.integration.cli.commands import CommandLine

LOCK, TRY = "select pg_advisory_lock(77, 1)", "select pg_try_advisory_lock(77, 1)"
FREE = "select pg_advisory_unlock(77, 1)"


@pytest.fixture
def connection(address: ClusterAddress) -> Iterator[DataApiConnection]:
    with DataApiConnection(address, autocommit=True) as opened:
        yield opened


def told(error: psycopg.Error) -> tuple[str, bool, str]:
    """Return the reason, whether it may pass, and the sentence."""
    ours: RollbookError = translate(error)
    return ours.reason, ours.is_transient, str(ours)


def test_a_lock_is_held_across_transactions_until_it_is_given_back(
    address: ClusterAddress, connection: DataApiConnection, api: DataApi
) -> None:
    with psycopg.connect(api.url, autocommit=True) as native:
        assert connection.execute(TRY).fetchall() == [(True,)]
        with connection.transaction():
            connection.execute("select 1")
        assert native.execute(TRY).fetchall() == [(False,)]
        with DataApiConnection(address, autocommit=True) as other:
            assert other.execute(TRY).fetchall() == [(False,)]
        assert connection.execute(FREE).fetchall() == [(True,)]
        assert native.execute(TRY).fetchall() == [(True,)]
        assert connection.execute(FREE).fetchall() == [(False,)]
        native.execute(FREE)
    connection.execute(LOCK)
    connection.close()
    assert not api.transactions


def test_settings_of_a_session_hold_in_every_transaction(connection: DataApiConnection) -> None:
    connection.execute(
        "select set_config('search_path', 'rollbook,public', false),"
        " set_config('timezone', 'America/Los_Angeles', false)"
    )
    asked = "select current_setting('search_path'), current_setting('timezone')"
    for _ in range(2):
        assert connection.execute(asked).fetchall() == [("rollbook,public", "America/Los_Angeles")]
    with connection.transaction():
        assert connection.execute(asked).fetchall() == [("rollbook,public", "America/Los_Angeles")]


def test_a_block_is_stored_as_a_whole_and_an_inner_one_for_itself(
    connection: DataApiConnection, api: DataApi
) -> None:
    connection.execute("create table public.kept (n integer primary key)")
    with connection.transaction():
        connection.execute("insert into public.kept values (1)")
        with pytest.raises(psycopg.errors.UniqueViolation), connection.transaction():
            connection.execute("insert into public.kept values (2), (1)")
        with connection.transaction():
            connection.execute("insert into public.kept values (3)")
            raise psycopg.Rollback
    with pytest.raises(KeyboardInterrupt), connection.transaction():
        connection.execute("insert into public.kept values (4)")
        raise KeyboardInterrupt
    with psycopg.connect(api.url) as native:
        assert native.execute("select n from public.kept").fetchall() == [(1,)]
    assert not api.transactions


def test_a_transaction_is_called_before_three_minutes_are_over(
    address: ClusterAddress, api: DataApi
) -> None:
    now = 0.0
    api.clock = lambda: now
    kept = Transaction(client.Client(address), clock=lambda: now)
    left = Transaction(client.Client(address), clock=lambda: now)
    for _ in range(10):  # as the keeper's thread does, every ten seconds
        now += transaction.KEPT_AFTER
        kept.keep(after=transaction.KEPT_AFTER)
    assert kept.execute("select 1", [])["records"] == [[{"longValue": 1}]]
    assert now > IDLE
    with pytest.raises(psycopg.OperationalError) as gone:
        left.execute("select 1", [])
    assert told(gone.value)[:2] == ("database_unavailable", True)
    kept.rollback()


def test_the_keeper_calls_what_is_open(
    address: ClusterAddress, api: DataApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "LOOKS", 0.02)
    monkeypatch.setattr(transaction, "KEPT_AFTER", 0.05)
    monkeypatch.setattr(transaction, "_keeper", None)
    open_one = Transaction(client.Client(address))
    deadline = time.monotonic() + 60
    while api.statements.count("select 1") < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    open_one.rollback()


def test_who_loses_a_lock_works_no_more(connection: DataApiConnection, api: DataApi) -> None:
    connection.execute(LOCK)
    [held] = [each for locks in connection._locks.values() for each in locks]
    api.clock = lambda: time.monotonic() + IDLE + 1
    held.keep(after=0.0)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")


def test_a_paused_cluster_is_waited_for_until_a_deadline(
    address: ClusterAddress, api: DataApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(client, "LONGEST_PAUSE", 0.01)
    api.resuming = 5
    with DataApiConnection(address) as opened:
        assert opened.execute("select 1").fetchall() == [(1,)]
    monkeypatch.setitem(client._PATIENCE, "DatabaseResumingException", 0.2)
    api.resuming = 10_000
    with pytest.raises(psycopg.OperationalError) as gave_up:
        DataApiConnection(address)
    assert told(gave_up.value)[:2] == ("database_unavailable", True)


def test_what_was_put_off_is_asked_again_and_nothing_else_is(
    connection: DataApiConnection, api: DataApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.01)
    api.refusals = ["ThrottlingException", "ServiceUnavailableError"]
    assert connection.execute("select 1").fetchall() == [(1,)]
    asked = len(api.statements)
    for code in ("InternalServerErrorException", "DatabaseUnavailableException"):
        api.refusals = [code]
        with pytest.raises(psycopg.OperationalError) as refused:
            connection.execute("select 1")
        reason, is_transient, sentence = told(refused.value)
        assert (reason, is_transient) == ("database_unavailable", True)
        assert "123" not in sentence
    assert len(api.statements) == asked


def test_a_statement_that_runs_into_the_limit_is_told_as_that(
    connection: DataApiConnection, api: DataApi
) -> None:
    api.cut_after = 0.2
    with pytest.raises(psycopg.OperationalError) as cut:
        connection.execute("select pg_sleep(30)::text")
    reason, is_transient, sentence = told(cut.value)
    assert (reason, is_transient) == ("statement_too_slow", True)
    assert "45 seconds" in sentence


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("AccessDeniedException", "does not let Rollbook's role"),
        ("ForbiddenException", "does not let Rollbook's role"),
        ("UnrecognizedClientException", "no valid credentials"),
        ("ExpiredTokenException", "no valid credentials"),
        ("InvalidSecretException", "secret"),
        ("SecretsErrorException", "secret"),
        ("DatabaseNotFoundException", "no such cluster"),
        ("HttpEndpointNotEnabledException", "not switched on"),
    ],
)
def test_why_aws_refuses_is_told_without_its_words(
    address: ClusterAddress, api: DataApi, code: str, why: str
) -> None:
    api.refusals = [code]
    with pytest.raises(psycopg.OperationalError) as refused:
        DataApiConnection(address)
    reason, _, sentence = told(refused.value)
    assert reason == "database_unavailable"
    assert why in sentence
    assert "123" not in sentence


@pytest.mark.parametrize(
    "statement",
    [
        "insert into public.students (student_id, created_at) values ('1', now()), ('1', now())",
        "select * from public.nowhere",
        "select nothing from public.students",
        "set local lock_timeout = '50ms'",
        "select 1/0",
        "insert into public.students (student_id) values (repeat('x', 500))",
        "selec 1",
    ],
)
def test_errors_of_the_database_are_those_of_the_driver(
    connection: DataApiConnection, api: DataApi, statement: str
) -> None:
    def outcome(run: Any) -> tuple[Any, ...] | None:
        try:
            with run.transaction():
                run.execute(statement)
        except psycopg.Error as error:
            ours = translate(error)
            return type(error), error.sqlstate, type(ours), str(ours), ours.private
        return None

    with psycopg.connect(api.url, autocommit=True) as native:
        assert outcome(connection) == outcome(native)


def test_a_table_that_another_holds_is_told_as_busy(
    connection: DataApiConnection, api: DataApi
) -> None:
    with psycopg.connect(api.url) as native:
        native.execute("lock table public.students in exclusive mode")
        with pytest.raises(psycopg.errors.LockNotAvailable) as busy, connection.transaction():
            connection.execute("set local lock_timeout = '50ms'")
            connection.execute("lock table public.students in share row exclusive mode")
    assert told(busy.value)[:2] == ("database_busy", True)


@pytest.mark.parametrize(
    "asked",
    [
        "select repeat('x', 70000)",  # a row
        "select interval '1 day'",  # a type
        f"select '{'x' * 70_000}'",  # a statement
    ],
)
def test_what_the_data_api_cannot_carry_is_told(connection: DataApiConnection, asked: str) -> None:
    with pytest.raises(psycopg.OperationalError) as refused:
        connection.execute(asked)
    assert told(refused.value)[:2] == ("beyond_data_api", False)


def test_a_commit_without_an_answer_is_an_unknown_outcome(
    address: ClusterAddress, api: DataApi
) -> None:
    from rollbook.automation.commit import OutcomeUnknown, commit

    opened: Any = DataApiConnection(address)
    opened.execute("select 1")
    api.refusals = ["InternalServerErrorException"]
    with pytest.raises(OutcomeUnknown):
        commit(opened)
    opened.close()


def test_only_imports_go_through_the_data_api(over_api: CommandLine) -> None:
    for command in (["worker"], ["migrate"], ["serve"]):
        done = over_api(*command)
        assert done.code == 2, command
        assert "by which Rollbook only imports" in done.err
        assert len(done.err.splitlines()) == 1
