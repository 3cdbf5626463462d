"""Style sheets: every rule is of something that a page has, and each room is small."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import rollbook.web

WEB: Final = Path(rollbook.web.__file__).parent
SHEETS: Final = sorted(WEB.glob("static/rollbook/*.css"))
COMPOSED: Final = {"chart-phone", "chart-wide"}
"""A template puts these together: chart-{{ key }}."""
OF_HTMX: Final = {"htmx-request"}
MOST_LINES: Final = 300

CLASS: Final = re.compile(r"\.([a-z][a-z0-9_-]*)(?=[^{}]*\{)")
COMMENT: Final = re.compile(r"/\*.*?\*/", re.S)
ATTRIBUTE: Final = re.compile(
    r"""(?:class|id)="((?:[^"{]|\{%.*?%\}|\{\{.*?\}\})*)"|'([^'\n]*)'""", re.S
)
TEXT: Final = re.compile(r"\"([^\"\n]*)\"")
WORD: Final = re.compile(r"[a-z][a-z0-9_-]*")


def classes_used() -> Iterator[str]:
    for page in WEB.rglob("*.html"):
        for found in ATTRIBUTE.finditer(page.read_text()):
            for word in WORD.findall("".join(filter(None, found.groups()))):
                yield word.removeprefix("night-")
    for code in [*WEB.rglob("*.js"), *WEB.rglob("*.py")]:
        for text in TEXT.findall(code.read_text()):
            yield from WORD.findall(text)


def test_every_class_of_a_style_sheet_is_on_some_page() -> None:
    styled = {
        name for sheet in SHEETS for name in CLASS.findall(COMMENT.sub("", sheet.read_text()))
    }
    assert sorted(styled - {*classes_used()} - COMPOSED - OF_HTMX) == []


def test_no_style_sheet_is_long_and_each_says_what_it_is_for() -> None:
    for sheet in SHEETS:
        lines = sheet.read_text().splitlines()
        assert len(lines) < MOST_LINES, sheet.name
        assert lines[0].startswith("/* "), sheet.name


def test_whoever_asks_for_less_motion_gets_none() -> None:
    base = COMMENT.sub("", (WEB / "static/rollbook/base.css").read_text())
    assert "(prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none" in base


SHOWS: Final = re.compile(r"([^{}]+)\{[^{}]*display:\s*(?!none)[a-z-]+\s*!important")
"""The selectors of a rule that shows something, whatever else is said."""


def test_no_rule_shows_what_the_page_has_hidden() -> None:
    for sheet in SHEETS:
        shown = SHOWS.findall(COMMENT.sub("", sheet.read_text()))
        assert all("[hidden]" in each for each in shown), (sheet.name, shown)
