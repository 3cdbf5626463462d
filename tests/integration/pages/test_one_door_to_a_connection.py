"""Writing to the database alone gets no credential sent: not by a run, not by a test."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rollbook.demo import sftp_server
from rollbook.demo.sftp_server import DemoServer
from tests.doubles.feeds import add_feed

Person = Callable[..., Any]
FORM = {
    "name": "sis", "sign_in": "password", "username": "district", "host": "127.0.0.1",
    "pattern": "*.csv", "required": "student_id", "percent_scale": "auto", "half_days": "refuse",
    "blanks": "keep", "new_students": "create", "rejected_limit": "10", "missing_limit": "20",
}  # fmt: skip


@dataclass
class Two:
    """The district's server, a stranger's, and what either was sent."""

    ours: DemoServer
    theirs: DemoServer
    seen: list[str] = field(default_factory=list)


@pytest.fixture
def two(pages: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    def record(server: object, username: str, password: str) -> bool:
        both.seen.append(password)
        return False

    monkeypatch.setattr(sftp_server._OneUser, "validate_password", record)
    with sftp_server.demo_server(tmp_path) as ours, sftp_server.demo_server(tmp_path) as theirs:
        both = Two(ours, theirs)
        add_feed(
            host=ours.host,
            port=ours.port,
            host_key=ours.host_key,
            username="district",
            password="the saved one",
        )
        yield both


def redirect_row(two: Two) -> None:
    from rollbook.records.models import Feed

    Feed.objects.update(port=two.theirs.port, host_key=two.theirs.host_key)


def forget_confirmed_key() -> None:
    """As in a secret that was stored, or rotated by hand, without a host key."""
    from rollbook.records.operations.secrets import secret_store

    secret_store(os.environ).put("feed/sis", {"password": "the saved one"})


def tried_on_page(client: Any, port: int, **typed: str) -> str:
    answer = client.post("/feeds/sis/settings/", FORM | {"port": str(port), "test": "1"} | typed)
    return str(answer.content.decode())


def steps_on_the_command_line() -> list[tuple[str, str]]:
    from rollbook.core.sources.connection_test import test_connection as try_connection
    from rollbook.records.models import Feed
    from rollbook.records.sources import connection_of

    connection = connection_of(Feed.objects.get(name="sis"), os.environ)
    return [(step.name, step.state) for step in try_connection(connection, "", "*.csv")]


def test_a_row_that_names_another_server_gets_no_password_from_the_page(
    person: Person, two: Two
) -> None:
    redirect_row(two)
    shown = tried_on_page(person(), two.theirs.port)
    assert "The server's identity changed" in shown
    assert two.seen == []


def test_page_and_command_line_agree_on_which_key_is_confirmed(person: Person, two: Two) -> None:
    client = person()
    redirect_row(two)
    assert steps_on_the_command_line()[-1] == ("host key", "failed")
    assert "The server's identity changed" in tried_on_page(client, two.theirs.port)
    forget_confirmed_key()
    assert steps_on_the_command_line()[-1] == ("host key", "ok")
    assert "Is this the right server?" in tried_on_page(client, two.theirs.port)
    assert two.seen == []


def test_a_run_trusts_no_host_key_that_only_the_row_names(two: Two) -> None:
    import io

    from rollbook.core.events import ignore
    from rollbook.core.sources.sign_in_errors import HostKeyUnknown
    from rollbook.records.models import Feed
    from rollbook.records.sources import source_of

    forget_confirmed_key()
    redirect_row(two)
    with pytest.raises(HostKeyUnknown):
        source_of(Feed.objects.get(name="sis"), os.environ).fetch(io.BytesIO(), listener=ignore)
    assert two.seen == []


def test_a_key_that_the_row_has_already_can_be_confirmed_again(person: Person, two: Two) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.sources import connection_of
    from rollbook.web.pages.feeds.form import offered_key

    forget_confirmed_key()
    offered = offered_key("127.0.0.1", two.ours.port, two.ours.host_key)
    confirmed = {"port": str(two.ours.port), "offered_key": offered, "accept_key": "on"}
    person().post("/feeds/sis/settings/", FORM | confirmed)
    connection = connection_of(Feed.objects.get(name="sis"), os.environ)
    assert connection.host_key == two.ours.host_key


def test_typed_credentials_go_to_a_saved_server_only_with_its_confirmed_key(
    person: Person, two: Two
) -> None:
    redirect_row(two)
    shown = tried_on_page(person(), two.theirs.port, password="a new one")
    assert "The server's identity changed" in shown
    assert two.seen == []
