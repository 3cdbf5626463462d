"""Every text that people read is in the catalog, and none has words that they would not say."""

import re
from functools import cache

import pytest

from scripts.words.__main__ import AREAS, ROOT, catalog, every_text
from scripts.words.modules import texts as of_module
from scripts.words.templates import texts as of_template

pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # Typer's, on import

UNWANTED = re.compile(
    r"\b(figures?|refuse[sd]?|identifiers?|instruments?|by itself|operators?|stands|mails|e-mails?"
    r"|lest|whom|anew|once more|cannot be told|somebody|nobody|please|any more|unforeseen|as if)\b"
    r"|\b(mend(?:s|ed)?|stays so|set-up|nothing changed)\b|(?<![-\w/])mail\b(?! -s)",
    re.IGNORECASE,
)
OTHER_FORMS = {
    "a contraction": re.compile(
        r"\b(?:can|could|do|does|did|is|are|was|were|has|have|had|will|would|should) not\b(?! only)"
        r"|\bcannot\b"
    ),
    "no space before a percent sign": re.compile(r"(?<!if)(?<!If)[\d…}] %"),
    "curly quotation marks": re.compile(r'"[{…]'),
    "a straight apostrophe": re.compile(r"\w’\w"),
    "no comma before the last of three": re.compile(
        r"\b[\w'-]+, [\w'-]+, (?:and|or) [\w'-]+(?=[.:;]|$)"
    ),
}
"""The form that texts have, and what is found where one has another."""
OF_SERVERS = (
    "backup/tables.py", "records/connection_errors.py", "records/database.py",
    "records/tables/ownership.py", "transfers/attachments.py",
)  # fmt: skip
"""Their patterns and SQL are in the catalog beside our words."""
OF_VENDORS = (
    "core/catalogue/blank_words.py",
    "core/catalogue/students.py",
    "core/catalogue/measures.py",
)
"""Headers as vendors write them. Who reads the HTTP API's documents knows what is refused."""
OF_THE_COMMAND_LINE = re.compile(r"`rollbook |(?<![\w-])--[a-z]")


@cache
def all_texts() -> list[tuple[str, str, str]]:
    return list(every_text())


TEMPLATE = """
{% extends "base.html" %}
{% block title %}Feeds{% endblock %}
{# Not for people: an identifier. #}
<h1 title="All feeds here">{% if new %}A new feed{% else %}Feed {{ feed.name }}{% endif %}</h1>
<p>
  {{ count }} file{{ count|pluralize }} of <strong>{{ feed }}</strong>
  need{{ count|pluralize:"s," }} a look.
</p>
<script>let words = "not shown here";</script>
{% include "note.html" with text="Nothing was changed." %}
"""

MODULE = '''
"""For the next developer: identifiers."""

LIMIT = 5
"""Rows, no text for people."""


class TooLate(Exception):
    """The file {name} came too late.

    Nothing was changed."""

    reason = "too_late"


def told(name: str) -> str:
    """Return what people are told."""
    sql = "select name from feeds where id = %s"
    return f"{name} is late. " + "Ask your vendor." + sql
'''


def test_of_a_template_it_has_what_a_page_shows() -> None:
    assert sorted(of_template(TEMPLATE)) == [
        "A new feed",
        "All feeds here",
        "Feed …",
        "Feeds",
        "Nothing was changed.",
        "… files of … needs a look.",
    ]


def test_of_a_module_it_has_what_is_said_and_not_what_is_explained() -> None:
    assert sorted(of_module(MODULE)) == [
        "Ask your vendor.",
        "The file {name} came too late. Nothing was changed.",
        "… is late.",
    ]


@pytest.mark.parametrize("area", AREAS)
def test_the_catalog_is_what_the_code_says(area: str) -> None:
    path = ROOT / f"docs/reference/words/{area}.md"
    assert path.read_text(encoding="utf-8") == catalog(area), "Run `make docs`."


def test_no_text_has_a_word_that_an_administrator_would_not_say() -> None:
    found = [
        (file, text)
        for area, file, text in all_texts()
        if area != "http-api" and file not in OF_VENDORS and UNWANTED.search(text)
    ]
    assert found == []


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_what_is_written_in_one_form_has_no_other(form: str) -> None:
    found = [
        (file, text)
        for _, file, text in all_texts()
        if file not in OF_VENDORS + OF_SERVERS and OTHER_FORMS[form].search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("a contraction", "The file cannot be read."),
        ("a contraction", "The row was not imported."),
        ("no space before a percent sign", "93.4 %"),
        ("curly quotation marks", 'the secret "{name}"'),
        ("a straight apostrophe", "the import’s page"),
        ("no comma before the last of three", "emails, jobs, and more."),
    ],
)
def test_another_form_is_found(form: str, text: str) -> None:
    assert OTHER_FORMS[form].search(text)


def test_no_page_and_no_email_has_words_of_the_command_line() -> None:
    found = [
        (file, text)
        for area, file, text in all_texts()
        if area in ("pages", "emails") and OF_THE_COMMAND_LINE.search(text)
    ]
    assert found == []
