"""A feed's saved credentials: sent where they were meant to go, and missed in a sentence."""

import os
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from rollbook.core.sources.key_pair import make_own_key
from rollbook.core.sources.private_keys import read_key
from tests.doubles.feeds import add_feed

Person = Callable[..., Any]

HOST = "sftp.example.org"
FORM = {
    "name": "sis", "host": HOST, "port": "22", "username": "rollbook", "sign_in": "password",
    "pattern": "*.csv", "required": "student_id", "percent_scale": "auto", "half_days": "refuse",
    "blanks": "keep", "new_students": "create", "rejected_limit": "10", "missing_limit": "20",
}  # fmt: skip


@pytest.fixture(autouse=True)
def sis(pages: None) -> None:
    add_feed(host=HOST, username="rollbook", password="of the server")


@pytest.mark.parametrize(
    "change", [{"host": "elsewhere.example.org"}, {"port": "2222"}, {"username": "another"}]
)
@pytest.mark.parametrize("button", [{}, {"test": "1"}])
def test_a_saved_password_is_not_sent_to_another_server(
    person: Person, change: dict[str, str], button: dict[str, str]
) -> None:
    from rollbook.records.models import Feed

    answer = person().post("/feeds/sis/settings/", FORM | change | button)
    assert "We don&#x27;t send a saved password to another server" in answer.content.decode()
    feed = Feed.objects.get(name="sis")
    assert (feed.host, feed.port, feed.username) == (HOST, 22, "rollbook")


def test_another_server_is_saved_with_its_own_password(person: Person) -> None:
    from rollbook.records.models import Feed

    change = {"host": "elsewhere.example.org", "password": "of the other server"}
    person().post("/feeds/sis/settings/", FORM | change)
    assert Feed.objects.get(name="sis").host == "elsewhere.example.org"


def test_what_is_no_address_may_change_without_the_password(person: Person) -> None:
    from rollbook.records.models import Feed

    person().post("/feeds/sis/settings/", FORM | {"pattern": "other_*.csv"})
    assert Feed.objects.get(name="sis").pattern == "other_*.csv"


def test_a_test_without_readable_credentials_says_so(person: Person) -> None:
    from rollbook.records.models import SecretBlob

    SecretBlob.objects.all().delete()
    answer = person().post("/feeds/sis/settings/", FORM | {"test": "1"})
    assert answer.status_code == 200
    assert "aren't saved" in unescape(answer.content.decode())


PEM = make_own_key("")["private_key"]
PUTTY = Path(__file__).parents[2] / "doubles" / "putty_keys"


def saved() -> dict[str, str]:
    from rollbook.records.operations.secrets import secret_name, secret_store

    return dict(secret_store(os.environ).get(secret_name("sis")))


def test_a_key_and_a_password_are_kept_together_and_each_is_replaced_alone(
    person: Person,
) -> None:
    client, both = person(), FORM | {"sign_in": "key_and_password"}
    missing = client.post("/feeds/sis/settings/", both).content.decode()
    assert "Choose or paste the key" in missing
    client.post("/feeds/sis/settings/", both | {"private_key": PEM})
    assert saved() == {"private_key": PEM, "passphrase": "", "password": "of the server"}
    client.post("/feeds/sis/settings/", both | {"password": "a new one"})
    assert saved() == {"private_key": PEM, "passphrase": "", "password": "a new one"}
    page = client.get("/feeds/sis/settings/").content.decode()
    assert re.search(r'<input[^>]*value="key_and_password"[^>]*checked', page)
    assert "a new one" not in page
    client.post("/feeds/sis/settings/", FORM | {"sign_in": "key"})
    assert saved() == {"private_key": PEM, "passphrase": ""}


def test_a_password_besides_a_key_is_not_sent_elsewhere_either(person: Person) -> None:
    client, both = person(), FORM | {"sign_in": "key_and_password"}
    client.post("/feeds/sis/settings/", both | {"private_key": PEM})
    answer = client.post("/feeds/sis/settings/", both | {"host": "elsewhere.example.org"})
    assert "We don&#x27;t send a saved password to another server" in answer.content.decode()


def test_the_seconds_for_the_sign_in_are_the_feeds_in_a_run_and_in_a_test(
    person: Person,
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.sources import connection_of

    client = person()
    wrong = client.post("/feeds/sis/settings/", FORM | {"sign_in_seconds": "61"}).content.decode()
    assert "less than or equal to 60" in wrong
    client.post("/feeds/sis/settings/", FORM | {"sign_in_seconds": "30"})
    feed = Feed.objects.get(name="sis")
    assert connection_of(feed, os.environ).sign_in_seconds == 30
    changed = connection_of(feed, os.environ, changes={"sign_in_seconds": 45})
    assert changed.sign_in_seconds == 45


def chosen(text: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("id_ed25519", text.encode())


def test_a_private_key_is_chosen_as_a_file(person: Person) -> None:
    given = FORM | {"sign_in": "key", "private_key_file": chosen(PEM.replace("\n", "\r\n"))}
    person().post("/feeds/sis/settings/", given)
    assert saved() == {"private_key": PEM, "passphrase": ""}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PuTTY-User-Key-File-3: ssh-ed25519\n", "the file is damaged or not complete"),
        (PEM[:100] + "-----END PRIVATE KEY-----", "isn&#x27;t the text of a private key"),
        ("ssh-ed25519 AAAA me@here\n", "the public half of a key"),
        ("Student ID\n1\n", "isn&#x27;t a private key"),
        ("PRIVATE KEY" * 10_000, "isn&#x27;t a private key"),
    ],
)
@pytest.mark.parametrize("as_file", [True, False])
def test_what_is_no_key_that_can_be_read_is_said_so(
    person: Person, text: str, said: str, as_file: bool
) -> None:
    key = {"private_key_file": chosen(text)} if as_file else {"private_key": text}
    page = person().post("/feeds/sis/settings/", FORM | {"sign_in": "key"} | key).content.decode()
    assert said in page
    assert "private_key" not in saved()


@pytest.mark.parametrize("name", ["ed25519.v3.enc", "rsa2048.v2.enc"])
@pytest.mark.parametrize("as_file", [True, False])
def test_a_key_of_putty_is_taken_and_kept_as_one_of_openssh(
    person: Person, name: str, as_file: bool
) -> None:
    text = (PUTTY / f"{name}.ppk").read_text().replace("\n", "\r\n")
    client = person()

    def said(passphrase: str) -> str:
        key = {"private_key_file": chosen(text)} if as_file else {"private_key": text}
        form = FORM | {"sign_in": "key", "passphrase": passphrase} | key
        return str(client.post("/feeds/sis/settings/", form).content.decode())

    assert "the passphrase is wrong" in said("not it")
    assert "private_key" not in saved()
    said("opensesame")
    public = read_key(saved()["private_key"], "").export_public_key().decode().split()[1]
    assert public == (PUTTY / f"{name.split('.')[0]}.pub").read_text().split()[1]
    assert saved()["passphrase"] == ""


def test_a_passphrase_alone_is_of_the_saved_key_and_tried_at_once(person: Person) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.feeds import change_feed

    key = serialization.load_ssh_private_key(PEM.encode(), None)
    protected = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.BestAvailableEncryption(b"opensesame"),
    ).decode()
    secret = {"private_key": protected, "passphrase": "mistyped before this was tried"}
    change_feed("sis", settings={}, secret=secret, environ=os.environ, actor="test")
    client, form = person(), FORM | {"sign_in": "key"}
    wrong = client.post("/feeds/sis/settings/", form | {"passphrase": "not it"})
    assert "the passphrase is wrong" in wrong.content.decode()
    client.post("/feeds/sis/settings/", form | {"passphrase": "opensesame"})
    assert saved() == {"private_key": protected, "passphrase": "opensesame"}
    assert Feed.objects.get(name="sis").pattern == "*.csv"


def test_the_page_after_saving_is_loaded_again_and_adds_nothing_twice(person: Person) -> None:
    from rollbook.records.models import Feed

    client = person()
    form = FORM | {"name": "new", "password": "of it"}
    answer = client.post("/feeds/new/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/feeds/new/saved/")
    for _ in range(2):
        page = client.get(answer["Location"]).content.decode()
        assert "Feed new is saved" in page and "Nothing was saved" not in page
    assert Feed.objects.filter(name="new").count() == 1
