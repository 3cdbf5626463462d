"""What nobody sees is written out, and nothing else is changed."""

import json
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.visible import UNSEEN, visible, visible_json

LAYOUT = "\t\n\r"


def test_every_control_format_and_separator_of_unicode_is_written_out() -> None:
    for code in range(sys.maxunicode + 1):
        sign = chr(code)
        if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") and sign not in LAYOUT:
            assert visible(sign) == f"[U+{code:04X}]"


def test_blank_letters_and_a_lone_return_are_written_out_and_ends_of_lines_not() -> None:
    assert visible("a\u3164b\rc\r\nd\te\nf") == "a[U+3164]b[U+000D]c\r\nd\te\nf"


def test_names_of_people_stay_as_they_are() -> None:
    for name in (
        "Zoë O’Brien-Ñúñez",
        "محمد",
        "李小龍",
        "Nguyễn",
        "‘t Hooft",
        "No\u00a0break",
        "",
    ):
        assert visible(name) == name


@given(st.text())
def test_nothing_unseen_is_left_and_json_stays_exact(text: str) -> None:
    assert not UNSEEN.search(visible(text))
    assert visible(visible(text)) == visible(text)
    written = visible_json([text])
    assert not UNSEEN.search(written)
    assert json.loads(written) == [text]
