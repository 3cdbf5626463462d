"""What does not change between two requests goes out compressed, and no page does."""

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest

FIRST_LOAD: int = 60_000
"""Bytes of the dashboard with all that it loads, as a browser gets them."""


@pytest.fixture
def style(person: Callable[..., Any]) -> tuple[Any, str]:
    client = person()
    page = client.get("/").content.decode()
    found = re.search(r'href="(/static/[^"]*base\.css)"', page)
    assert found
    return client, found[1]


def body(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else bytes(answer.content)


def test_a_file_is_compressed_for_those_who_ask_and_is_the_same(style: tuple[Any, str]) -> None:
    client, address = style
    plain = client.get(address)
    text = body(plain)
    for asked in ("gzip, deflate, br", "br;q=1.0, gzip;q=0.5"):
        for _ in range(2):
            small = client.get(address, headers={"Accept-Encoding": asked})
            assert small["Content-Encoding"] == "gzip"
            assert int(small["Content-Length"]) == len(small.content) < len(text)
            assert gzip.decompress(small.content) == text
            assert small["Content-Type"] == plain["Content-Type"]
            assert small["Cache-Control"] == plain["Cache-Control"]
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept-Encoding": "gzip;q=0"},
        {"Accept-Encoding": "br"},
        {"Accept-Encoding": "gzip", "Range": "bytes=0-9"},
    ],
)
def test_nobody_else_gets_it_so(style: tuple[Any, str], headers: dict[str, str]) -> None:
    client, address = style
    answer = client.get(address, headers=headers)
    assert "Content-Encoding" not in answer
    assert body(answer)


def test_a_page_is_never_compressed_and_the_first_load_is_small(person: Callable[..., Any]) -> None:
    client, asked = person(), {"Accept-Encoding": "gzip"}
    page = client.get("/", headers=asked)
    assert "Content-Encoding" not in page
    text = page.content.decode()
    files = {*re.findall(r'(?:href|src)="(/static/[^"]+)"', text)}
    assert len(files) > 3
    loaded = sum(len(body(client.get(each, headers=asked))) for each in files)
    assert len(page.content) + loaded < FIRST_LOAD
