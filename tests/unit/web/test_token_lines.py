"""Tokens lead with how many programs come in, and with what is to be looked at."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("django_ready")

NOW = datetime(2026, 11, 28, 16, 0, tzinfo=UTC)
SOON = timedelta(days=14)
INSTANT = timedelta(seconds=1)


def token(name: str, *, left: timedelta, used: bool = True, role: str = "administrator") -> Any:
    from rollbook.access.models import ApiToken, User

    return ApiToken(
        name=name,
        scopes=["read", "gone"],
        owner=User(email="ada@example.org", role=role, is_active=True),
        expires_at=NOW + left,
        last_used_at=NOW if used else None,
    )


@pytest.mark.parametrize(
    ("left", "used", "role", "state"),
    [
        (SOON, True, "administrator", "in_use"),
        (SOON - INSTANT, True, "administrator", "ends_soon"),
        (SOON, False, "administrator", "new"),
        (timedelta(), True, "administrator", "expired"),
        (SOON, True, "viewer", "owner"),
    ],
)
def test_a_token_has_one_state(left: timedelta, used: bool, role: str, state: str) -> None:
    from rollbook.web.pages.settings.token_lines import token_lines

    [line] = token_lines([token("a", left=left, used=used, role=role)], NOW)
    assert (line.state, line.may) == (state, ["See imports"])


def test_what_works_is_counted_and_comes_first() -> None:
    from rollbook.web.pages.settings.token_lines import leading_words, token_lines

    tokens = [
        token("old", left=-SOON),
        token("soon", left=timedelta(1)),
        token("new", left=2 * SOON, used=False),
        token("off", left=2 * SOON, role="viewer"),
    ]
    lines = token_lines(tokens, NOW)
    assert [line.token.name for line in lines] == ["soon", "new", "old", "off"]
    assert leading_words(lines) == (
        "2 programs have access.",
        "1 token ends within 14 days. 1 token not used yet. 1 token expired. 1 token off.",
    )
    assert leading_words([])[0] == "No program has access."
