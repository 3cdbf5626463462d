"""What became of each mutant, kept from one call to the next."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from scripts.mutation.mutants import Mutant

EXPLAINED: Final = Path(__file__).parent / "equivalent.toml"


class Ledger:
    """The mutants of a room and a file with a line for each try."""

    def __init__(self, file: Path, mutants: Sequence[Mutant]) -> None:
        self.mutants = mutants
        self._file = file
        self._names = list(_names(mutants))
        self._outcomes: dict[str, str] = {}
        if file.exists():
            for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
                self._outcomes[line["name"]] = line["outcome"]

    def write(self, number: int, outcome: str) -> None:
        """Keep what became of the mutant with this place in `mutants`."""
        name = self._names[number]
        self._outcomes[name] = outcome
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, "outcome": outcome}) + "\n")

    def waiting(self) -> list[int]:
        """Return the places of those that no test noticed yet and nobody explained."""
        explained = _explained()
        return [
            number
            for number, name in enumerate(self._names)
            if self._outcomes.get(name) != "noticed" and self.mutants[number].key not in explained
        ]

    def with_outcome(self, outcome: str | None) -> list[Mutant]:
        """Return those with this outcome; None for those that were not tried."""
        pairs = zip(self.mutants, self._names, strict=True)
        return [mutant for mutant, name in pairs if self._outcomes.get(name) == outcome]


def _names(mutants: Sequence[Mutant]) -> Iterator[str]:
    """Name each mutant; equal lines of one file are counted."""
    seen = Counter[str]()
    for mutant in mutants:
        seen[mutant.key] += 1
        yield f"{mutant.key}\n{seen[mutant.key]}"


def tell(ledger: Ledger) -> int:
    """Print what no test noticed and nobody explained; return 0 where there is none."""
    explained = _explained()
    alike = [each for each in ledger.mutants if each.key in explained]
    puzzles = [each for each in ledger.with_outcome("unnoticed") if each.key not in explained]
    untried = [each for each in ledger.with_outcome(None) if each.key not in explained]
    for mutant in puzzles:
        print(f"\n{mutant.path}:{mutant.line}\n-{mutant.before}\n+{mutant.after}")
    print(
        f"\n{len(ledger.mutants)} mutants: {len(untried)} not tried,"
        f" {len(ledger.with_outcome('noticed'))} noticed,"
        f" {len(alike)} make no difference, {len(puzzles)} unexplained"
    )
    return 1 if puzzles or untried else 0


def _explained() -> set[str]:
    """Return the keys of the mutants that change nothing."""
    file = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    return {"\n".join((each["path"], each["before"], each["after"])) for each in file["mutant"]}
