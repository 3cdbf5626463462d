"""What became of turns of the school year, as a table."""

from collections import Counter
from dataclasses import dataclass, field

from scripts.guard.turning import BEFORE_JUNE, FIRST_SCHOOL, TURNS, YEAR_ROUND


@dataclass(slots=True)
class Outcome:
    """What became of one turn."""

    turns: str
    held: Counter[str] = field(default_factory=Counter)
    mapped: int = 0
    """Headers of the files that no rule finds."""
    shown: int = 0
    """Values of last year that are shown on nights from the first school day on."""
    shown_unswitched: int = 0
    """The same two weeks after that day, in a district that does not switch."""
    left_out: int = 0
    """Nights on which the counts of a file were last year's, and were not imported."""
    left_out_wrongly: int = 0
    """Nights on which counts of the new year were taken for last year's."""
    nights: int = 0
    not_shown: Counter[str] = field(default_factory=Counter)
    """Nights on which a year-round school's own counts are in the file, and are not shown."""


def print_turns(outcomes: list[Outcome]) -> None:
    """Print what became of turns, by when the SIS set its counts back."""
    print(
        "| the SIS turns its counts | turns | nights | false holds | mappings by hand |"
        " counts kept out, rightly | wrongly | June's values shown | without the switch |"
    )
    print(f"|{' --- |' * 9}")
    for turns in (*TURNS, BEFORE_JUNE, YEAR_ROUND, FIRST_SCHOOL):
        found = [each for each in outcomes if each.turns == turns]
        if not found:
            continue
        held = sum((each.held for each in found), Counter[str]())
        kinds = "".join(f", {kind} {count}" for kind, count in held.items())
        cells = [
            f"{len(found)}",
            f"{sum(each.nights for each in found):,}",
            f"{held.total()}{kinds}",
            f"{sum(each.mapped for each in found)}",
            f"{sum(each.left_out for each in found)} nights",
            f"{sum(each.left_out_wrongly for each in found)}",
            f"{sum(each.shown for each in found)}",
            f"{sum(each.shown_unswitched for each in found):,}",
        ]
        print(f"| {turns} | {' | '.join(cells)} |")
        blank = sum((each.not_shown for each in found), Counter[str]())
        if blank:
            told = ", ".join(f"{count} nights {when}" for when, count in blank.items())
            print(f"\nThe year-round school's own counts are not shown: {told}.")
