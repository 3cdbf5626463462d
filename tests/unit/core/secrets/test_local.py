"""Credentials come back only with their key and under their name."""

import base64
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.errors import RollbookError
from rollbook.core.secrets.key import load_key
from rollbook.core.secrets.local import LocalSecretStore
from rollbook.core.secrets.store import SecretUnreadable

KEY = bytes(range(32))


class Blobs(dict[str, bytes]):
    def read(self, name: str) -> bytes | None:
        return self.get(name)

    def write(self, name: str, blob: bytes) -> None:
        self[name] = blob

    def delete(self, name: str) -> None:
        self.pop(name, None)


@given(secret=st.dictionaries(st.text(), st.text(), max_size=4), name=st.text())
def test_a_secret_comes_back_as_it_was(secret: dict[str, str], name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    store = LocalSecretStore(Blobs(), KEY)
    store.put(name, secret)
    assert store.get(name) == secret


def test_a_stored_secret_holds_none_of_its_text() -> None:
    blobs = Blobs()
    LocalSecretStore(blobs, KEY).put("feed-1", {"password": "correct horse"})
    assert b"correct" not in blobs["feed-1"] and b"password" not in blobs["feed-1"]


def test_a_deleted_secret_is_gone_and_deleting_again_is_no_error() -> None:
    store = LocalSecretStore(Blobs(), KEY)
    store.put("a", {"password": "x"})
    store.delete("a")
    store.delete("a")
    with pytest.raises(RollbookError) as caught:
        store.get("a")
    assert caught.value.reason == "secret_not_found"


def test_another_key_does_not_open_a_secret_and_the_error_says_what_to_do() -> None:
    blobs = Blobs()
    LocalSecretStore(blobs, KEY).put("a", {"password": "hidden"})
    with pytest.raises(RollbookError, match="ROLLBOOK_SECRET_KEY") as caught:
        LocalSecretStore(blobs, bytes(32)).get("a")
    assert caught.value.reason == "secret_unreadable"


def test_a_secret_that_a_rotation_encrypts_just_now_is_read_again_with_the_key_in_force() -> None:
    blobs, new = Blobs(), bytes(32)
    LocalSecretStore(blobs, new).put("a", {"password": "x"})
    assert LocalSecretStore(blobs, KEY, key_now=lambda: new).get("a") == {"password": "x"}
    with pytest.raises(SecretUnreadable):
        LocalSecretStore(blobs, KEY, key_now=lambda: KEY).get("a")
    with pytest.raises(SecretUnreadable):
        LocalSecretStore(blobs, KEY, key_now=lambda: bytes(31) + b"x").get("a")


def test_a_secret_under_another_name_is_refused() -> None:
    blobs = Blobs()
    store = LocalSecretStore(blobs, KEY)
    store.put("a", {"password": "x"})
    blobs["b"] = blobs["a"]
    with pytest.raises(RollbookError):
        store.get("b")


@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_any_flipped_bit_is_refused(position: int, bit: int) -> None:
    blobs = Blobs()
    store = LocalSecretStore(blobs, KEY)
    store.put("a", {"password": "x"})
    damaged = bytearray(blobs["a"])
    damaged[position % len(damaged)] ^= 1 << bit
    blobs["a"] = bytes(damaged)
    with pytest.raises(RollbookError):
        store.get("a")


def test_the_setting_wins_over_the_file(tmp_path: Path) -> None:
    text = base64.urlsafe_b64encode(bytes(range(32))).decode()
    assert len(load_key(tmp_path, text + "\n")) == 32
    assert list(tmp_path.iterdir()) == []


def test_a_key_without_its_padding_is_the_same_key(tmp_path: Path) -> None:
    text = "aB3" * 14 + "x"
    assert load_key(tmp_path, text) == load_key(tmp_path, f"{text}=")


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    key = load_key(home, None)
    assert load_key(home, None) == key
    (file,) = home.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_many_first_uses_at_once_agree_on_one_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: keys.append(load_key(tmp_path, None))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 16 and len(set(keys)) == 1


@pytest.mark.parametrize("text", ["short", "not base64 at all!", "QUJD"])
def test_a_setting_that_is_no_key_is_refused_without_being_shown(text: str, tmp_path: Path) -> None:
    with pytest.raises(RollbookError) as caught:
        load_key(tmp_path, text)
    assert caught.value.reason == "secret_key_unusable"
    assert text not in str(caught.value)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_key(tmp_path, None)
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(RollbookError, match="chmod 600"):
        load_key(tmp_path, None)
