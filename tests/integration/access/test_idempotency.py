"""A request that comes twice with one key does its work once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.integration.access.clock import set_clock

pytestmark = pytest.mark.usefixtures("records", "django_ready")
NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def once(job: int, caller: str = "token 1", key: str = "k", fingerprint: str = "body") -> Any:
    from rollbook.access.operations.idempotency import once

    return once(caller, key, fingerprint=fingerprint, begin=lambda: job)


def test_the_first_request_counts_for_its_caller_and_key_alone() -> None:
    assert [once(7), once(8), once(9, caller="token 2"), once(10, key="K")] == [7, 7, 9, 10]
    assert [once(11, key="\udc80"), once(12, key="\udc80")] == [11, 11]


def test_another_request_with_the_key_is_refused() -> None:
    from rollbook.access.operations.idempotency import KeyReused

    once(7)
    with pytest.raises(KeyReused) as refused:
        once(8, fingerprint="another body")
    assert refused.value.reason == "idempotency_key_reused"
    assert set(refused.value.faults) == {"Idempotency-Key"}


def test_a_key_is_remembered_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    from rollbook.access.operations import idempotency

    set_clock(monkeypatch, idempotency, NOW)
    once(7)
    set_clock(monkeypatch, idempotency, NOW + timedelta(hours=24))
    assert once(8) == 7
    set_clock(monkeypatch, idempotency, NOW + timedelta(hours=24, microseconds=1))
    assert once(9, fingerprint="another body") == 9
    assert once(10, fingerprint="another body") == 9


def test_what_fails_leaves_its_key_free() -> None:
    from rollbook.access.operations.idempotency import once as real

    def fail() -> int:
        raise ValueError

    with pytest.raises(ValueError):
        real("token 1", "k", fingerprint="body", begin=fail)
    assert once(8) == 8


def test_a_request_waits_for_the_one_before_it_and_not_for_ever(
    records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.access.operations import idempotency
    from rollbook.records.database import DatabaseBusy
    from rollbook.records.locks import IDEMPOTENT_REQUESTS

    monkeypatch.setattr(idempotency, "LONGEST_WAIT", "100ms")
    with psycopg.connect(records) as first:
        first.execute(
            "select pg_advisory_xact_lock(%s, hashtext(%s))",
            [IDEMPOTENT_REQUESTS, f"token 1 {idempotency._digest('k')}"],
        )
        with pytest.raises(DatabaseBusy):
            once(7)
    assert once(8) == 8
