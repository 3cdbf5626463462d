"""Words and addresses as they are compared where writing does not count."""

import pytest

from rollbook.core.folding import address_folded, folded_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("O\u2019Brien-Smith", ["obrien", "smith"]),
        ("Garc\u00eda N\u00fa\u00f1ez", ["garcia", "nunez"]),
        ("Garci\u0301a", ["garcia"]),
        ("\u0141ukasz S\u00f8rensen", ["lukasz", "sorensen"]),
        ("STRA\u00dfE \u00c6gir", ["strasse", "aegir"]),
        ("\u0130pek", ["ipek"]),
        ("00-123/4_5", ["00", "123", "4", "5"]),
        ("%_*", []),
        ("", []),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text: str, words: list[str]) -> None:
    assert folded_words(text) == words


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Ada.B@EXAMPLE.org\n", "ada.b@example.org"),
        ("\u212aate@\u212a12.us", "\u212aate@\u212a12.us"),
        ("\u0130\u017f\ufb01\u0410@x.us", "\u0130\u017f\ufb01\u0410@x.us"),
    ],
)
def test_in_an_address_only_a_to_z_have_two_forms(text: str, address: str) -> None:
    assert address_folded(text) == address
