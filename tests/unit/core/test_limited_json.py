"""JSON that anybody may have written: whatever is wrong with it is one sentence."""

import pytest

from rollbook.core.limited_json import DEEPEST, LARGEST, NoJson, read_json


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", "n't JSON"),
        (b"", "n't JSON"),
        (b"\xff\xfe", "n't UTF-8 text"),
        (b'"' + b"a" * LARGEST + b'"', "larger than 256 KiB"),
        (b"[" * 100_000, "nested"),
        (b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2), "nested"),
        (b'{"a": 1, "a": 2}', "there twice"),
        (b'{"a": NaN}', "a number that isn't one"),
        (b'{"a": ' + b"1" * 5000 + b"}", "a number that is too long"),
        (b'{"a": "\\u0000"}', "a character that text doesn't have"),
        (b'{"\\ud800": 1}', "a character that text doesn't have"),
    ],
)
def test_what_is_no_json_of_ours_is_refused_with_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(NoJson, match=why):
        read_json(data)


def test_json_is_read_with_and_without_a_mark_of_its_encoding() -> None:
    assert read_json('\ufeff{"a": ["é", 1]}'.encode()) == read_json('{"a": ["é", 1]}'.encode())
