"""Texts that are kept encrypted open with their key, for their purpose, and otherwise not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.secrets.sealed import SealedTextUnreadable, is_sealed, seal, unseal

KEY, OTHER = b"k" * 32, b"o" * 32


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_sealed_opens_again_and_shows_nothing(text: str) -> None:
    sealed = seal(text, KEY, purpose="mail")
    assert unseal(sealed, KEY, purpose="mail") == text
    assert is_sealed(sealed)
    assert len(text) < 8 or text not in sealed.removeprefix("sealed:1:")


@pytest.mark.parametrize(("key", "purpose"), [(OTHER, "mail"), (KEY, "second factor")])
def test_another_key_or_purpose_opens_nothing(key: bytes, purpose: str) -> None:
    with pytest.raises(SealedTextUnreadable):
        unseal(seal("secret", KEY, purpose="mail"), key, purpose=purpose)


@pytest.mark.parametrize("text", ["", "x", "sealed:1:", "sealed:1:AAAA", "sealed:1:é", "secret"])
def test_what_was_never_sealed_opens_nothing(text: str) -> None:
    with pytest.raises(SealedTextUnreadable):
        unseal(text, KEY, purpose="mail")


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal("secret", KEY, purpose="mail") != seal("secret", KEY, purpose="mail")
