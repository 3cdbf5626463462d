"""A feed's page says in one look how it is doing and what is set; its settings are folded."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.pages.test_feed_credentials import HOST

TABS = ("", "schedule/", "columns/", "inbox/", "settings/", "versions/")


@pytest.fixture
def client(person: Callable[..., Any]) -> Any:
    add_feed(
        host=HOST, username="rollbook", rejected_limit=15, recipients=["ana@example.org"],
        headers={"Days Out": "absences_ytd", "Bus": ""},
    )  # fmt: skip
    return person()


def text_of(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def as_it_is() -> dict[str, Any]:
    """The form as the page has it, sent back without a change."""
    from rollbook.records.queries.feeds import feed_by_name
    from rollbook.web.pages.feeds.form import initial_of

    return {
        name: kept
        for name, kept in initial_of(feed_by_name("sis"), means="password").items()
        if kept is not None and kept is not False
    }


def test_the_overview_says_how_it_is_doing_and_what_is_set(client: Any) -> None:
    page = text_of(client.get("/feeds/sis/"))
    for said in (
        "Last 30 nights",
        "Alerts go to",
        "ana@example.org",
        f"rollbook at {HOST}",
        "Standard, except Rows rejected 15%",
        "1 column matched, 1 ignored, 0 codes set",
        "Version 1",
    ):
        assert said in page, said
    assert page.count('<use href="#night-') >= 30
    assert 'name="host"' not in page


def test_each_tab_leads_to_the_others_and_says_where_it_is(client: Any) -> None:
    for tab in TABS:
        page = text_of(client.get(f"/feeds/sis/{tab}"))
        tabs = page.partition('class="tabs"')[2].partition("</nav>")[0]
        found = re.findall(r'href="/feeds/sis/([^"]*)"( aria-current="page")?', tabs)
        assert found == [(each, ' aria-current="page"' if each == tab else "") for each in TABS]


def test_sections_are_folded_until_one_has_an_error(client: Any) -> None:
    assert 'section" open' not in text_of(client.get("/feeds/sis/settings/"))
    wrong = text_of(client.post("/feeds/sis/settings/", as_it_is() | {"recipients": "nobody"}))
    opened = re.findall(r'<details class="card section" open> <summary> <h2 id="([\w-]+)"', wrong)
    assert opened == ["h-notifications"]
    new = text_of(client.get("/feeds/new/"))
    assert new.count('section" open') == 2


def test_removing_is_at_the_foot_of_the_settings_alone(client: Any) -> None:
    assert "/feeds/sis/remove/" not in text_of(client.get("/feeds/sis/"))
    page = text_of(client.get("/feeds/sis/settings/"))
    assert page.index("/feeds/sis/remove/") > page.index("Save feed</button> <a")
