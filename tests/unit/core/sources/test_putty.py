"""Keys of PuTTYgen 0.78, made for these tests alone, and what a hostile one can ask for.

`tests/doubles/putty_keys`: KIND.vVERSION[.enc].ppk and the public half, KIND.pub. The passphrase of
all is the same.
"""

import base64
import re
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.core.sources.private_keys import (
    _READING,
    LARGEST_KEY,
    MOST_AT_ONCE,
    read_key,
    stored_key,
    text_of,
)
from rollbook.core.sources.putty import from_putty
from rollbook.core.sources.sign_in_errors import BadPrivateKey, KeyReadersBusy

KEYS = Path(__file__).parents[3] / "doubles" / "putty_keys"
PASSPHRASE = "opensesame"
FILES = sorted(path.name for path in KEYS.glob("*.ppk"))
ENCRYPTED = (KEYS / "ed25519.v3.enc.ppk").read_text()
PLAIN = (KEYS / "ed25519.v3.ppk").read_text()


def public_of(name: str) -> str:
    return (KEYS / f"{name.split('.')[0]}.pub").read_text().split()[1]


def refused(text: str, passphrase: str = PASSPHRASE) -> BadPrivateKey:
    with pytest.raises(BadPrivateKey) as refusal:
        stored_key(text, passphrase)
    return refusal.value


def test_the_keys_are_of_all_kinds() -> None:
    assert len(FILES) == 5 * 4 + 1


@pytest.mark.parametrize("name", FILES)
def test_a_key_of_putty_becomes_one_that_signs_in(name: str) -> None:
    text = text_of((KEYS / name).read_bytes())
    kept = stored_key(text, PASSPHRASE if ".enc." in name else "")
    assert kept["private_key"].startswith("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert kept["passphrase"] == ""
    for signer in (read_key(kept["private_key"], ""), read_key(text, PASSPHRASE)):
        assert signer.export_public_key().decode().split()[1] == public_of(name)
        signature = signer.sign(b"challenge", signer.sig_algorithms[0])
        assert signer.convert_to_public().verify(b"challenge", signature)


@pytest.mark.parametrize("name", [name for name in FILES if ".enc." in name])
@pytest.mark.parametrize(
    ("typed", "said"),
    [("wrong", "passphrase is wrong"), ("", "protected by a passphrase"), ("ö" * 99, "wrong")],
)
def test_a_wrong_passphrase_is_said_at_once(name: str, typed: str, said: str) -> None:
    error = refused((KEYS / name).read_text(), typed)
    assert said in str(error)
    assert list(error.faults) == ["passphrase"]


def test_line_ends_of_windows_and_a_byte_order_mark_do_not_matter() -> None:
    text = ENCRYPTED.replace("\n", "\r\n")
    assert text_of(b"\xef\xbb\xbf" + text.encode()) == text
    for written in (text, "\ufeff" + text, "\n" + text.rstrip()):
        assert stored_key(written, PASSPHRASE)["private_key"]


def test_a_comment_of_windows_is_under_the_mac_as_it_was_written() -> None:
    import hashlib
    import hmac

    from rollbook.core.sources.putty_numbers import ssh_string

    lines = PLAIN.splitlines()
    public, private = (
        base64.b64decode("".join(lines[at + 1 : at + 1 + int(lines[at].split()[1])]))
        for at in (3, 6)
    )
    for encoding in ("cp1252", "utf-8"):
        comment = "Schlüssel".encode(encoding)
        parts = (b"ssh-ed25519", b"none", comment, public, private)
        mac = hmac.new(b"", b"".join(map(ssh_string, parts)), hashlib.sha256).hexdigest()
        data = b"\n".join(
            b"Comment: " + comment
            if line.startswith("Comment")
            else f"Private-MAC: {mac}".encode()
            if line.startswith("Private-MAC")
            else line.encode()
            for line in lines
        )
        assert stored_key(text_of(data), "")["private_key"]


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Argon2-Memory", "4194304"), ("Argon2-Memory", "99999999999"),
        ("Argon2-Passes", "4294967295"), ("Argon2-Passes", "300"),
        ("Argon2-Parallelism", "64"), ("Argon2-Memory", "-1"), ("Argon2-Memory", "0"),
        ("Argon2-Memory", "8"), ("Argon2-Salt", "00" * 65), ("Argon2-Salt", "00"),
        ("Argon2-Salt", "nonsense"), ("Key-Derivation", "scrypt"), ("Public-Lines", "99999"),
        ("Private-Lines", "9"), ("Encryption", "aes256-ctr"), ("Encryption", "none"),
        ("Comment", "another"), ("Private-MAC", "00" * 32), ("Private-MAC", "ü"),
        ("Argon2-Passes", "٣"), ("PuTTY-User-Key-File-3", "ssh-rsa"),
    ],
)  # fmt: skip
def test_a_file_that_was_changed_is_refused_without_work(line: str, written: str) -> None:
    began = time.process_time()
    changed = re.sub(rf"^{line}: .*$", f"{line}: {written}", ENCRYPTED, flags=re.MULTILINE)
    assert changed != ENCRYPTED
    refused(changed)
    assert time.process_time() - began < 5


def test_passes_that_take_no_memory_are_work_too() -> None:
    changed = ENCRYPTED.replace("Memory: 8192", "Memory: 128").replace("Passes: 8", "Passes: 300")
    assert changed != ENCRYPTED
    assert "more work than Rollbook allows" in str(refused(changed))


def test_the_limits_of_work_are_above_what_puttygen_writes() -> None:
    """The MAC is wrong then: the work was done."""
    changed = ENCRYPTED.replace("Memory: 8192", "Memory: 65536").replace("Passes: 8", "Passes: 2")
    assert "passphrase is wrong" in str(refused(changed))


@pytest.mark.parametrize("version", ["1", "4", "33"])
def test_a_version_that_is_not_known_is_no_wrong_passphrase(version: str) -> None:
    assert "version of PuTTY" in str(refused(ENCRYPTED.replace("File-3", f"File-{version}")))


def test_keys_of_other_kinds_are_named() -> None:
    import hashlib
    import hmac

    from rollbook.core.sources.putty_numbers import ssh_string

    public = ssh_string(b"ssh-dss") + ssh_string(b"\1")
    parts = (b"ssh-dss", b"none", b"", public, b"")
    mac = hmac.new(b"", b"".join(map(ssh_string, parts)), hashlib.sha256).hexdigest()
    text = (
        "PuTTY-User-Key-File-3: ssh-dss\nEncryption: none\nComment: \nPublic-Lines: 1\n"
        f"{base64.b64encode(public).decode()}\nPrivate-Lines: 1\n\nPrivate-MAC: {mac}\n"
    )
    assert "Use an Ed25519, RSA or ECDSA key" in str(refused(text))


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, len(PLAIN) - 1),
    instead=st.characters(codec="utf-8"),
    until=st.integers(0, 30),
)
def test_a_plain_file_with_something_else_in_it_is_refused(
    at: int, instead: str, until: int
) -> None:
    changed = PLAIN[:at] + instead + PLAIN[at + until :]
    try:
        kept = from_putty(changed, "")
    except BadPrivateKey:
        return
    assert read_key(kept, "").export_public_key().decode().split()[1] == public_of("ed25519")


def encrypted(kind: serialization.PrivateFormat) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    protection = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    return key.private_bytes(serialization.Encoding.PEM, kind, protection).decode()


@pytest.mark.parametrize("kind", ["OpenSSH", "PKCS8", "TraditionalOpenSSL"])
def test_other_formats_say_a_wrong_passphrase_too(kind: str) -> None:
    text = encrypted(getattr(serialization.PrivateFormat, kind))
    kept = stored_key(text.replace("\n", "\r\n"), PASSPHRASE)
    assert kept == {"private_key": text, "passphrase": PASSPHRASE}
    # Of twenty, a traditional one's padding is right by chance.
    for number in range(1 if kind == "OpenSSH" else 20):
        assert list(refused(text, f"wrong {number}").faults) == ["passphrase"]
    assert "protected by a passphrase" in str(refused(text, ""))


def with_rounds(rounds: int) -> str:
    text = encrypted(serialization.PrivateFormat.OpenSSH)
    first, *lines, last = text.strip().split("\n")
    data = bytearray(base64.b64decode("".join(lines)))
    at = data.index(b"bcrypt") + 6 + 4 + 4 + 16
    data[at : at + 4] = rounds.to_bytes(4, "big")
    return "\n".join([first, base64.b64encode(data).decode(), last])


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes((tag, 0x82)) + len(body).to_bytes(2, "big") + body


def pkcs8(*numbers: int) -> str:
    integers = [der(2, number.to_bytes(8, "big")) for number in numbers]
    salted = der(0x30, der(4, bytes(8)), *integers)
    pbkdf2 = der(0x30, der(6, bytes.fromhex("2a864886f70d01050c")), salted)
    aes = der(0x30, der(6, bytes.fromhex("60864801650304012a")), der(4, bytes(16)))
    pbes2 = der(0x30, der(6, bytes.fromhex("2a864886f70d01050d")), der(0x30, pbkdf2, aes))
    body = base64.b64encode(der(0x30, pbes2, der(4, bytes(32)))).decode()
    return f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}\n-----END ENCRYPTED PRIVATE KEY-----"


@pytest.mark.parametrize(
    "text", [with_rounds(513), with_rounds(2**32 - 1), pkcs8(2_000_001), pkcs8(2048, 65)]
)
def test_what_takes_too_much_work_is_refused_before_it(text: str) -> None:
    began = time.process_time()
    assert "more work than Rollbook allows" in str(refused(text))
    assert time.process_time() - began < 2


def test_usual_work_is_done() -> None:
    assert "passphrase is wrong" in str(refused(with_rounds(2)))
    assert "passphrase is wrong" in str(refused(pkcs8(2048, 32)))


@pytest.mark.parametrize(
    "text",
    [
        "x" * (LARGEST_KEY + 1), "0\x05PRIVATE KEY", "nonsense",
        "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n"
        + base64.b64encode(b"\x30\x80" * 4000).decode()
        + "\n-----END PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
        + base64.b64encode(b"\x30\x82\x0f\x00" * 2000).decode()
        + "\n-----END ENCRYPTED PRIVATE KEY-----\n",
    ],
)  # fmt: skip
def test_what_is_no_key_is_said_to_be_none(text: str) -> None:
    assert refused(text).reason == "bad_private_key"


def test_a_key_that_comes_while_enough_are_read_is_not_read_and_each_ends_its_turn() -> None:
    with ExitStack() as others:
        for _ in range(MOST_AT_ONCE):
            others.enter_context(_READING)
        with pytest.raises(KeyReadersBusy) as busy:
            stored_key(PLAIN, "")
    assert ([*busy.value.faults], busy.value.is_transient) == (["private_key"], True)
    for _ in range(MOST_AT_ONCE):
        refused("no key")
    assert stored_key(PLAIN, "")["private_key"]
