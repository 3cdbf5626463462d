"""Every page of the demo says that it is one, and no other page does."""

from collections.abc import Callable
from typing import Any

import pytest

WORD = "Every student here is invented, and the next demo deletes what you add."


@pytest.mark.parametrize("is_demo", [True, False])
def test_pages_say_whether_they_are_the_demos(person: Callable[..., Any], is_demo: bool) -> None:
    from django.test import Client, override_settings

    signed_in = person()
    with override_settings(IS_DEMO=is_demo):
        for client, path in (
            (signed_in, "/"),
            (signed_in, "/settings/"),
            (signed_in, "/nowhere/"),
            (Client(), "/account/sign-in/"),
        ):
            assert (WORD in client.get(path).content.decode()) is is_demo, path
