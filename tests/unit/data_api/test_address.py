"""DATABASE_URL of the Data API, and what a statement asks of its session."""

import pytest

from rollbook.data_api.address import ClusterAddress
from rollbook.data_api.session import Lock, Settings, Unlock, asked_of_session, returnable

CLUSTER = "arn:aws:rds:us-west-2:123456789012:cluster:district"
SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:rds!cluster-1a+b-AbCdEf"


def test_an_address_names_cluster_database_and_secret() -> None:
    found = ClusterAddress.parse(f"data-api://{CLUSTER}/rollbook?secret={SECRET}")
    assert found == ClusterAddress(CLUSTER, SECRET, "rollbook", "us-west-2")
    elsewhere = ClusterAddress.parse(f"data-api://{CLUSTER}/a%20b?region=eu-west-1", secret="named")
    assert elsewhere == ClusterAddress(CLUSTER, "named", "a b", "eu-west-1")


@pytest.mark.parametrize(
    "url",
    [
        "data-api://",
        f"data-api://{CLUSTER}",
        f"data-api://{CLUSTER}/?secret=x",
        f"data-api://{CLUSTER}/rollbook",
        f"data-api://{CLUSTER}/rollbook?secret=",
        f"data-api://{CLUSTER}/rollbook?secret=x&sslmode=require",
        f"data-api://{CLUSTER}/rollbook?secret=x&region=a.example.org",
        "data-api://user:hunter2@host/rollbook?secret=x",
        "data-api://arn:aws:rds:us-west-2:123456789012:db:district/rollbook?secret=x",
    ],
)
def test_what_is_no_address_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as told:
        ClusterAddress.parse(url)
    assert "hunter2" not in str(told.value)
    assert CLUSTER not in str(told.value)


def test_locks_and_settings_of_a_session_are_known() -> None:
    assert asked_of_session("SELECT pg_try_advisory_lock(5, 1)") == Lock("5,1", False, True)
    assert asked_of_session("select pg_advisory_lock_shared(7)") == Lock("7", True, False)
    assert asked_of_session("select pg_advisory_unlock(5,1)\n") == Unlock("5,1", False)
    assert asked_of_session(
        "select set_config('search_path', 'a,b', false), set_config('TimeZone', 'it''s', false)"
    ) == Settings({"search_path": "a,b", "timezone": "it's"})
    for other in (
        "select set_config('a.b', 'c', true)",
        "select pg_try_advisory_xact_lock(5)",
        "select 1, pg_advisory_lock(5)",
    ):
        assert asked_of_session(other) is None


def test_nothing_is_returned_as_a_text() -> None:
    assert returnable("select pg_advisory_xact_lock(1, 2)").endswith("::text")
    assert (
        returnable("select pg_try_advisory_xact_lock(1)") == "select pg_try_advisory_xact_lock(1)"
    )
