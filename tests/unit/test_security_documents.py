"""What the security pages claim: each piece of evidence is there, each requirement has its line."""

import importlib
import re
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (
    "SECURITY.md",
    "docs/reference/security.md",
    "docs/reference/threat-model.md",
    "docs/reference/privacy.md",
)
STATUSES = {"met", "partly", "not met", "operator", "not applicable"}

EVIDENCE = re.compile(r"`([\w./@-]+\.(?:py|md|sql|service|toml|txt|html|js|conf))(?:::(\w+))?`")
LOOKS_LIKE_EVIDENCE = re.compile(r"`[^` ]*(?:\.py|::)[^`]*`")
REQUIREMENT = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
LIMIT = re.compile(r"^\| [^|]+ \| ([^|]+) \| `(rollbook\.[\w.]+)` \|", re.MULTILINE)
UNITS = {
    "": 1, "bytes": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30,
    "seconds": 1, "minutes": 60, "hour": 3600, "hours": 3600, "days": 86400,
}  # fmt: skip

LEVEL_2 = """
1.1 1-7   1.2 1-4   1.4 1,4,5   1.5 1-4   1.6 1-4   1.7 1-2   1.8 1-2   1.9 1-2   1.10 1
1.11 1-2   1.12 2   1.14 1-6
2.1 1-12   2.2 1-3   2.3 1-3   2.4 1-5   2.5 1-7   2.6 1-3   2.7 1-6   2.8 1-7   2.9 1-3   2.10 1-4
3.1 1   3.2 1-4   3.3 1-4   3.4 1-5   3.5 1-3   3.7 1
4.1 1-3,5   4.2 1-2   4.3 1-3
5.1 1-5   5.2 1-8   5.3 1-10   5.4 1-3   5.5 1-4
6.1 1-3   6.2 1-6   6.3 1-2   6.4 1-2
7.1 1-4   7.2 1-2   7.3 1,3,4   7.4 1-3
8.1 1-4   8.2 1-3   8.3 1-8
9.1 1-3   9.2 1-4
10.2 1-2   10.3 1-3
11.1 1-8
12.1 1-3   12.2 1   12.3 1-6   12.4 1-2   12.5 1-2   12.6 1
13.1 1,3-5   13.2 1-3,5-6   13.3 1-2   13.4 1-2
14.1 1-4   14.2 1-6   14.3 2-3   14.4 1-7   14.5 1-4
"""
"""The requirements of ASVS 4.0.3 for level 2, section by section: 259 of the 278 that it has. Eight
numbers are deleted in it, and 19 are for level 3 alone."""


def requirements() -> list[tuple[str, str, str, str]]:
    """Each line of the table: number, what is asked for, status, evidence and remarks."""
    return REQUIREMENT.findall((ROOT / "docs/reference/security.md").read_text())


def numbers_of_level_2() -> list[str]:
    words = LEVEL_2.split()
    found = []
    for section, ranges in zip(words[::2], words[1::2], strict=True):
        for part in ranges.split(","):
            first, _, last = part.partition("-")
            found += [f"{section}.{n}" for n in range(int(first), int(last or first) + 1)]
    return found


@pytest.mark.parametrize("page", PAGES)
def test_each_file_and_test_that_is_named_as_evidence_exists(page: str) -> None:
    text = (ROOT / page).read_text()
    missing = [place for place, test in EVIDENCE.findall(text) if not _is_there(place, test)]
    assert not missing, f"{page} names what is not there"
    said = LOOKS_LIKE_EVIDENCE.findall(text)
    assert [each for each in said if not EVIDENCE.fullmatch(each)] == []


def test_each_requirement_of_level_2_has_one_line_in_its_order() -> None:
    assert len(numbers_of_level_2()) == 259
    assert [number for number, *_ in requirements()] == numbers_of_level_2()


def test_each_line_has_a_known_status_and_what_shows_it() -> None:
    for number, _, status, shown in requirements():
        assert status in STATUSES, number
        assert len(shown) > 5, number
        if status == "met":
            assert EVIDENCE.search(shown) or "](" in shown, f"{number} is met without evidence"


def test_each_defense_of_the_threat_model_has_what_shows_it() -> None:
    text = (ROOT / "docs/reference/threat-model.md").read_text()
    boundaries = re.split(r"^## (?=\d)", text, flags=re.MULTILINE)[1:]
    assert len(boundaries) == 10
    for boundary in boundaries:
        assert "**Wants**" in boundary and "**What does not:**" in boundary
        lines = re.findall(r"^\| (?!what stops|---)(.+?) \| (.+?) \|$", boundary, re.MULTILINE)
        assert lines
        assert all(EVIDENCE.search(shown) or "](" in shown for _, shown in lines)


def test_the_page_counts_its_lines_right() -> None:
    text = (ROOT / "docs/reference/security.md").read_text()
    said = {status: int(count) for count, status in re.findall(r"\*\*(\d+) ([a-z ]+)\*\*", text)}
    lines = [status for _, _, status, _ in requirements()]
    assert said == {status: lines.count(status) for status in STATUSES if status in lines}


@pytest.mark.usefixtures("django_ready")
@pytest.mark.filterwarnings("ignore:'click.utils:DeprecationWarning")  # of typer's own import
def test_each_limit_on_the_page_is_the_one_in_the_code() -> None:
    found = LIMIT.findall((ROOT / "docs/reference/security.md").read_text())
    assert len(found) > 15
    for said, name in found:
        assert _amount(said) == _value(name), f"the page says {said} of {name}"


def _is_there(place: str, test: str) -> bool:
    """Code is named from `src/rollbook/` on, a test from `tests/` on, all else from the root on."""
    for folder in ("", "src/rollbook", "tests"):
        path = ROOT / folder / place
        if path.is_file():
            return not test or f"def {test}(" in path.read_text()
    return False


def _amount(said: str) -> float:
    match = re.fullmatch(r"([\d,.]+) ?(\w*)", said.strip())
    assert match, said
    return float(match[1].replace(",", "")) * UNITS[match[2]]


def _value(name: str) -> float:
    """The constant of that name; a class on the way is one with defaults, such as `Limits`."""
    parts = name.split(".")
    found: Any = importlib.import_module(".".join(parts[:2]))
    for place, part in enumerate(parts[2:], start=3):
        if isinstance(found, ModuleType) and not hasattr(found, part):
            importlib.import_module(".".join(parts[:place]))
        found = getattr(found() if isinstance(found, type) else found, part)
    return float(found.total_seconds() if isinstance(found, timedelta) else found)
