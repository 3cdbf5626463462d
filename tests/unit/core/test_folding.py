"""Words as they are compared where writing does not count."""

import pytest

from rollbook.core.folding import folded_words


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
