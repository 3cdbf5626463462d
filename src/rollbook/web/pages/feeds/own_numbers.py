"""What a feed's limits mean in its own numbers: of its last import, and of the ones before."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from rollbook.core.limits.backtest import Backtest
from rollbook.core.limits.limit import NEVER
from rollbook.core.quantities import counted, percent_text

NO_NUMBERS = "No import to compare with yet."


def own_numbers(judged: Sequence[Backtest]) -> Mapping[str, str]:
    """Return a text for each limit, by its name among the feed's settings.

    Where several kinds are compared with one limit, the one that comes nearest to it is told.
    """
    by_setting = groupby(sorted(judged, key=attrgetter("setting")), attrgetter("setting"))
    return {setting: _text(max(kinds, key=_nearness)) for setting, kinds in by_setting}


def _nearness(found: Backtest) -> float:
    return found.most.percent - found.percent if found.most is not None else -NEVER - 1.0


def _text(found: Backtest) -> str:
    last, most = found.last, found.most
    if last is None or most is None:
        return NO_NUMBERS
    text = "Nothing to compare in the last import."
    if last.whole:
        text = f"Last import: {last.part:,} of {last.whole:,} ({percent_text(last.percent)})."
    if found.nights > 1:
        text += f" Most in {counted(found.nights, 'import')}: {percent_text(most.percent)}."
    if found.percent >= NEVER:
        return f"{text} Never holds."
    if found.holds_from is None:
        return f"{text} Too few to hold an import." if last.whole else text
    return f"{text} Holds at {found.holds_from:,}."
