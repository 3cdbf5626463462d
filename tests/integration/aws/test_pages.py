"""The pages out of the built zip, behind a function URL."""

import gzip
import os
import re
from contextlib import ExitStack

from tests.doubles.gateway import HOST, Browser
from tests.doubles.lambda_runtime import Built, function
from tests.integration.pages.conftest import PASSWORD


def test_a_person_signs_in_over_tls_and_sees_the_feeds(built: Built, records: str) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import add_person
    from rollbook.records.models import AuditEvent

    add_person("ada@example.org", PASSWORD, role=Role("administrator"), actor="test")
    environ = {
        "DATABASE_URL": records,
        "ROLLBOOK_SECRET_KEY": os.environ["ROLLBOOK_SECRET_KEY"],
        "ROLLBOOK_ALLOWED_HOSTS": HOST,
        "ROLLBOOK_TLS": "none",
    }
    with ExitStack() as opened:
        pages = opened.enter_context(function(built, environ, "rollbook.aws.pages.handler"))
        browser = Browser(
            pages, lies={"x-forwarded-for": "198.51.100.9", "x-forwarded-proto": "http"}
        )
        form = browser.get("/account/sign-in/")
        assert form.status == 200
        assert form.headers["strict-transport-security"].startswith("max-age=")
        assert "script-src" in form.headers["content-security-policy"]
        [address] = re.findall(r'href="(/static/[^"]+\.css)"', form.text)[:1]
        style = browser.get(address)
        assert (style.status, style.headers["content-type"]) == (200, 'text/css; charset="utf-8"')
        assert style.headers["content-encoding"] == "gzip"
        assert b"{" in gzip.decompress(style.body)
        assert "max-age=31536000" in style.headers["cache-control"]
        [token] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)[:1]
        signed_in = browser.post(
            "/account/sign-in/",
            login="ada@example.org",
            password=PASSWORD,
            csrfmiddlewaretoken=token,
        )
        assert signed_in.status == 302, signed_in.text
        assert {cookie.strip().partition("=")[0] for cookie in signed_in.cookies} >= {
            "__Host-sessionid"
        }
        assert all("Secure" in cookie for cookie in signed_in.cookies)
        assert browser.get("/feeds/").status == 200
        assert browser.get("/settings/").status == 200
        other = Browser(pages, cookies=dict(browser.cookies))
        other.cookies.pop("__Host-sessionid")
        assert other.get("/feeds/").status == 302
        wrong = pages({"version": "1.0", "path": "/", "httpMethod": "GET", "headers": {}})
        assert wrong.error is not None
        assert wrong.error["errorMessage"].endswith("[event_unknown]")
    [signed] = AuditEvent.objects.filter(action__contains="sign").values_list("origin", flat=True)[
        :1
    ]
    assert signed == "203.0.113.7"
