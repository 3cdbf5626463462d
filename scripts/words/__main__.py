"""Writes the texts that people read into docs/reference/words: `make docs`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scripts.words import helps, modules, templates

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src/rollbook"
AREAS: Final = {
    "pages": ("The pages", ("web", "access")),
    "problems": ("Problems of files, servers and settings", ("core", "records", "automation")),
    "emails": ("Emails", ("notify",)),
    "commands": ("The command line", ("cli", "doctor", "backup", "embedded", "home")),
    "http-api": ("The HTTP API", ("api", "transfers")),
}
"""Area -> its title, and the rooms of the code whose texts it has."""


def catalog(area: str) -> str:
    """Return the document of an area, in Markdown."""
    title, rooms = AREAS[area]
    parts = [
        f"# {title}: every text that people read\n",
        "Generated from the code by `make docs`, so that all of them can be read, reviewed and "
        "compared at once; change a text in its file. `…` is what is filled in.\n",
    ]
    for path in sorted(_files(rooms)):
        if found := [*dict.fromkeys(_texts(path))]:
            parts.append(f"\n## {path.relative_to(SOURCE)}\n\n")
            parts += [f"- {text}\n" for text in found]
    if area == "commands":
        parts.append("\n## The help of each command\n\n")
        parts += [f"- {text}\n" for text in dict.fromkeys(helps.texts())]
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def every_text() -> Iterator[tuple[str, str, str]]:
    """Yield each text with its area and file."""
    for area, (_, rooms) in AREAS.items():
        for path in sorted(_files(rooms)):
            for text in _texts(path):
                yield area, str(path.relative_to(SOURCE)), text
        if area == "commands":
            yield from ((area, "cli/app.py", text) for text in helps.texts())


def _files(rooms: tuple[str, ...]) -> Iterator[Path]:
    for room in rooms:
        for path in (SOURCE / room).rglob("*"):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield path


def _texts(path: Path) -> Iterator[str]:
    read = modules.texts if path.suffix == ".py" else templates.texts
    yield from read(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    for each in AREAS:
        (folder / f"{each}.md").write_text(catalog(each), encoding="utf-8")
