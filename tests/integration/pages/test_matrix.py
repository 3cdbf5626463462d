"""Every address × everybody × every method × hostile bytes: refused properly, never an error.

All addresses are taken from the URL configuration, so that a new one is tested without being added.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import settings

from tests.integration.pages.test_looking_writes_nothing import ARGUMENTS
from tests.integration.pages.test_who_may_see_what import job_and_feed, make_first_student

Person = Callable[..., Any]
__all__ = ["job_and_feed"]  # a fixture
pytestmark = pytest.mark.usefixtures("job_and_feed")

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
TEXTS: dict[str, str | bytes] = {
    "nul": "a\0b",
    "overlong": b"\xc0\xaf\xc1\x81",
    "half a pair": b"\xed\xa0\x80",
    "broken percent": b"%zz%",
    "percent nul": b"%00",
    "percent half a pair": b"%ed%a0%80",
    "huge number": "9" * 400,
    "negative": "-1",
    "year nothing": "0000-00-00",
    "year far off": "99999-12-31",
    "markup": "<script>alert(1)</script>",
    "quote": "'; drop table students; --",
    "right to left": "\u202eabc\uffff",
    "long": "x" * 100_000,
    "digits of others": "\u0661\u0662\u00b2",
}
FIELDS = (
    "q", "page", "since", "until", "feed", "by", "file", "result", "code", "column", "severity",
    "next", "login", "password", "email", "role", "reason", "name", "host", "port", "change",
    "text", "header", "field", "term", "test", "time_zone", "days", "times", "credential", "import",
    "schools",
)  # fmt: skip
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
OPEN_TO_ALL = ("/account/", "/healthz")
ROLES = ("anonymous", "viewer", "staff", "administrator", "deactivated")


def names() -> Iterator[tuple[str, dict[str, Any]]]:
    from django.urls import get_resolver

    for name, found in get_resolver().reverse_dict.lists():
        if isinstance(name, str):
            for possibilities, *_ in found:
                yield name, {each: ARGUMENTS[each] for each in possibilities[0][1]}


def addresses() -> list[str]:
    from django.urls import reverse

    return sorted({reverse(name, kwargs=given) for name, given in names()})


def hostile_addresses() -> Iterator[str]:
    """Each address with each of its parts replaced."""
    from django.urls import NoReverseMatch, reverse

    parts = (
        "9" * 400,
        "2147483648",
        "99999999999999999999",
        "0",
        "-1",
        "%00",
        "%ed%a0%80",
        "%zz",
        "x" * 3000,
        "%2e%2e%2f",
        "\u0661",
    )
    for name, given in names():
        for part in given:
            with_mark = {**given, part: "77" if part in ("number", "pk") else "MARK"}
            try:
                pattern = reverse(name, kwargs=with_mark)
            except NoReverseMatch:
                continue
            mark = "77" if part in ("number", "pk") else "MARK"
            yield from (pattern.replace(mark, each, 1) for each in parts)


@pytest.fixture
def client_of(person: Person) -> Callable[[str], Any]:
    from django.test import Client

    from rollbook.access.models import User
    from rollbook.access.operations import deactivate

    def make(role: str) -> Any:
        if not User.objects.exists():
            person(email="last@example.org")
        if role == "anonymous":
            client = Client()
        else:
            kind = role if role in ("viewer", "staff") else "administrator"
            client = person(kind, f"{role}@example.org")
        if role == "staff":
            make_first_student()
            let_staff_see_the_first_student()
        if role == "deactivated":
            deactivate("deactivated@example.org", actor="test")
        client.raise_request_exception = False
        return client

    return make


def let_staff_see_the_first_student() -> None:
    from django.db import connection

    from rollbook.access.models import Role, User

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into public.student_data_snapshots (student_id, school) values (1, 'North')"
        )
    User.objects.filter(role=Role.STAFF).update(schools=["North"])


def check(answer: Any, what: object) -> None:
    assert answer.status_code < 500 or answer.status_code == 503, (what, answer.status_code)
    if not answer.streaming:
        text = answer.content.decode("utf-8", "replace")
        assert "Traceback" not in text, what
        assert "<title>Server Error" not in text, what


@pytest.mark.parametrize("role", ROLES)
def test_every_address_by_every_method(client_of: Callable[[str], Any], role: str) -> None:
    client, seen = client_of(role), set[str]()
    for address in addresses():
        for method in METHODS:
            if "sign-out" in address and method == "POST":
                continue
            answer = client.generic(method, address)
            check(answer, (role, method, address))
            if method not in ("GET", "HEAD", "POST"):
                expected = {302, 400, 403, 404, 405, 410}
                if address.startswith("/account/"):  # allauth's answer as to a GET
                    expected |= {200, 401, 429}
                assert answer.status_code in expected, (method, address)
            if role == "staff" and answer.status_code == 200:
                seen.add(address)
    if role == "staff":
        assert {address for address in seen if not address.startswith(OPEN_TO_ALL)} == {
            "/students/", "/students/1/",
        }  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_hostile_parts_of_addresses(client_of: Callable[[str], Any], role: str) -> None:
    client = client_of(role)
    for address in hostile_addresses():
        check(client.get(address), (role, address))
        check(client.post(address), (role, address))


def sample(kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Addresses with kinds of hostile bytes: three kinds each in turn, all of them by hand."""
    is_whole = settings().max_examples > 100
    turn = cycle(kinds)
    for address in addresses():
        if "sign-out" not in address:
            for kind in kinds if is_whole else islice(turn, 3):
                yield address, kind


@pytest.mark.parametrize("role", ["anonymous", "staff", "administrator"])
def test_hostile_questions_and_forms(client_of: Callable[[str], Any], role: str) -> None:
    client = client_of(role)
    for address, kind in sample(list(TEXTS)):
        text = TEXTS[kind]
        raw = text.encode() if isinstance(text, str) else text
        sent = raw.decode("ascii") if b"%" in raw and raw.isascii() else quote(raw)
        question = "&".join(f"{field}={sent[:3000]}" for field in FIELDS)
        form = "&".join(f"{field}={sent[:20_000]}" for field in FIELDS)
        check(client.generic("GET", address, QUERY_STRING=question), (kind, "GET", address))
        check(client.generic("POST", address, form, FORM), (kind, "POST", address))


BODIES = {
    "broken multipart": (b"--x\r\nContent-Disposition: form-data; name=", PARTS),
    "no boundary": (b"--x", "multipart/form-data"),
    "a file with a hostile name": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\0b/../\xed\xa0\x80.csv"'
        b"\r\nContent-Type: text/csv\r\n\r\nStudent ID\r\n--x--\r\n", PARTS),
    "many fields": (b"&".join(b"f%d=1" % n for n in range(10_000)), FORM),
    "another charset": (b"login=%ff", "application/x-www-form-urlencoded; charset=utf-7"),
    "no charset": (b"login=1", "application/x-www-form-urlencoded; charset=nothing"),
    "json": (json.dumps({"login": ["a\0b"]}).encode(), "application/json"),
    "no type": (b"\0\xff", ""),
    "deep json in a field": (b"credential=" + b"[" * 5000, FORM),
    "no json in a field": (b"credential={%22id%22:null,%22response%22:5}", FORM),
}  # fmt: skip


@pytest.mark.parametrize("role", ["anonymous", "administrator"])
def test_hostile_bodies(client_of: Callable[[str], Any], role: str) -> None:
    client = client_of(role)
    for address, body in sample(list(BODIES)):
        content, kind = BODIES[body]
        check(client.generic("POST", address, content, kind), (body, address))


def test_hostile_headers_and_cookies(client_of: Callable[[str], Any]) -> None:
    client = client_of("administrator")
    headers = (
        {"HTTP_COOKIE": "sessionid=a\0b"},
        {"HTTP_COOKIE": "sessionid=\xed\xa0\x80; theme=\0"},
        {"HTTP_COOKIE": "=;;;=" * 100},
        {"HTTP_ACCEPT_LANGUAGE": "\0" * 1000},
        {"HTTP_HX_CURRENT_URL": "http://[::1"},
        {"HTTP_HX_CURRENT_URL": "\0\xff", "HTTP_HX_REQUEST": "true"},
        {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[", "HTTP_COOKIE": ""},
        {"HTTP_REFERER": "http://[", "wsgi.url_scheme": "https"},
        {"HTTP_X_FORWARDED_FOR": "\0,\xff"},
        {"HTTP_RANGE": "bytes=9999999999999999999999-"},
        {"HTTP_IF_MODIFIED_SINCE": "9" * 400},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
        {"CONTENT_LENGTH": "-1"},
        {"HTTP_HOST": "a\0b"},
        {"HTTP_AUTHORIZATION": "Bearer \0\xff"},
    )
    for given in headers:
        for address in addresses():
            check(client.generic("GET", address, **given), (given, address))
