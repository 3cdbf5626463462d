"""A form whose session ends loses no field for its name: only secrets and files are typed again."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[3] / "src" / "rollbook" / "web"
TYPED_AGAIN = {
    "accept_key", "client_secret", "key", "offered_key", "passphrase", "password", "private_key",
    "private_key_file", "uploaded", "uploaded_name",
}  # fmt: skip
"""Fields that are not kept: secrets, files, and what goes with one offer or one button."""


@pytest.mark.usefixtures("django_ready")
def test_no_field_is_lost_because_its_name_is_like_that_of_a_secret() -> None:
    from rollbook.access.unfinished import NOT_KEPT

    templates = "".join(each.read_text("utf-8") for each in WEB.glob("templates/**/*.html"))
    code = "".join(each.read_text("utf-8") for each in WEB.rglob("*.py"))
    names = {
        *re.findall(r'<(?:input|select|textarea)\s[^>]*?\bname="([a-z_]+)"', templates),
        *re.findall(r"^    ([a-z_]+) = forms\.", code, re.MULTILINE),
    }
    assert {"code_digest", "password"} <= names
    assert {each for each in names if NOT_KEPT.search(each)} <= TYPED_AGAIN
