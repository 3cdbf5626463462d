"""The documents say what is true."""

import re
from pathlib import Path

from rollbook.cli.reference import field_reference

ROOT = Path(__file__).parents[2]


def test_the_field_reference_is_the_catalogues() -> None:
    assert (ROOT / "docs/reference/fields.md").read_text() == field_reference()


def test_every_link_between_the_documents_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("benchmarks/*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_module_that_the_documents_for_developers_name_is_there() -> None:
    named = [
        (page, path)
        for page in ("ARCHITECTURE.md", "DEVELOPING.md", "CONTRIBUTING.md")
        for path in re.findall(
            r"`([\w.-]+/[\w./-]+\.(?:py|sql|md|toml))`", (ROOT / page).read_text()
        )
    ]
    places = (ROOT, ROOT / "src/rollbook")
    gone = [each for each in named if not any((place / each[1]).exists() for place in places)]
    assert len(named) > 50 and gone == []


IMAGES = ROOT / "docs/images"
MOST_BYTES = 2_500_000
"""Of all pictures together: whoever copies the repository gets them."""


def test_every_picture_is_there_is_shown_and_says_what_it_shows() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    shown = [
        (alt, (page.parent / target).resolve())
        for page in pages
        for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text())
    ]
    assert {path for _, path in shown} == {path.resolve() for path in IMAGES.iterdir()}
    assert [alt for alt, _ in shown if len(alt.split()) < 4] == []
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < MOST_BYTES


def test_percent_is_written_one_way() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    apart = [
        f"{page.name}: {found}"
        for page in pages
        if "adr" not in page.parts
        for found in re.findall(r"\d %.{0,20}", page.read_text())
    ]
    assert apart == []


def test_the_glossary_is_in_order() -> None:
    words = re.findall(r"^\| \*\*(.*?)\*\*", (ROOT / "GLOSSARY.md").read_text(), re.MULTILINE)
    assert words == sorted(words, key=str.lower)


def test_each_decision_is_listed_once_in_order_and_by_its_title() -> None:
    folder = ROOT / "docs/adr"
    listed = re.findall(r"^- \[(.*?)\]\((.*?)\)$", (folder / "README.md").read_text(), re.MULTILINE)
    decisions = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name for _, name in listed] == decisions
    for title, name in listed:
        assert (folder / name).read_text().startswith(f"# {title}\n"), name


def test_every_dependency_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    lists = re.findall(r"(?:dependencies|dev|infra) = \[\n(.*?)\n\]", text, re.DOTALL)
    lines = [line for found in lists for line in found.splitlines()]
    assert lines
    assert all(re.search(r'",\s+# \S', line) for line in lines)


def test_no_lock_file_names_an_index() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in lock.read_text()


def test_the_guide_names_only_folders_and_files_that_exist() -> None:
    named = re.findall(
        r"`((?:src|tests|docs|scripts)/[\w/.-]+)`", (ROOT / "DEVELOPING.md").read_text()
    )
    assert named
    assert not [path for path in named if not (ROOT / path).exists()]


UNWANTED = re.compile(
    r"\b(lest|whom|whoever|whomever|anew|somebody|concerned|by itself|be it|for ever|stands"
    r"|cannot be told)\b",
    re.IGNORECASE,
)
TEXTS = (".py", ".sql", ".html", ".txt", ".js", ".css", ".md")


def test_code_and_documents_are_written_in_everyday_words() -> None:
    folders = [ROOT / name for name in ("src", "docs", "deploy", "scripts", "benchmarks")]
    paths = [*ROOT.glob("*.md"), *(path for folder in folders for path in folder.rglob("*.*"))]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in paths
        if path.suffix in TEXTS
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (match := UNWANTED.search(line))
    ]
    assert not found
