"""What a feed's limits mean in its own numbers: of its last import, and of the ones before."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from rollbook.core.backtest import Backtest
from rollbook.core.limit import NEVER
from rollbook.core.quantities import counted

NO_NUMBERS = "No import of this feed has been measured by this limit yet."


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
        text = f"Last import: {last.part:,} of {last.whole:,} ({last.percent:.1f} %)."
    if found.nights > 1:
        text += f" Highest of {counted(found.nights, 'import')}: {most.percent:.1f} %."
    if found.percent >= NEVER:
        return f"{text} It never stops a file."
    if found.holds_from is None:
        return f"{text} These are too few to stop a file." if last.whole else text
    return f"{text} It stops a file at {found.holds_from:,}."
