"""Progress on standard error: a bar on a terminal, a line per phase elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from rollbook.core.events import Event, Listener, Logged, Phase, PhaseStarted, Progress

DOING = {
    Phase.CONNECTING: "Connecting to the server",
    Phase.DOWNLOADING: "Downloading the file",
    Phase.PARSING: "Finding the columns",
    Phase.VALIDATING: "Checking every row",
    Phase.IMPORTING: "Merging into the database",
}
STEPS = len(DOING)


@contextmanager
def shown_progress(console: Console, *, quiet: bool = False) -> Iterator[Listener]:
    """Give a listener that shows a run's events. `quiet`: nothing but what goes wrong."""
    if quiet:
        yield lambda event: None
    elif console.is_terminal:
        with _bar(console) as bar:
            listener = _BarListener(bar)
            yield listener
            listener.finish()
    else:
        yield _LineListener(console)


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("{task.description}", style="bold"),
        BarColumn(bar_width=32),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
    )


class _BarListener:
    """One line with a bar for each phase; a finished phase stays with its time."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                self.finish()
                step = list(DOING).index(phase) + 1
                self._task = self._bar.add_task(
                    f"{step} of {STEPS}  {DOING[phase]:<28}", total=None
                )
            case Progress(_, done, total) if self._task is not None:
                self._bar.update(self._task, completed=done, total=total)
            case Logged(message):
                self._bar.console.print(message, style="dim")

    def finish(self) -> None:
        if self._task is not None:
            self._bar.update(self._task, total=1, completed=1)


class _LineListener:
    """Plain lines, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                step = list(DOING).index(phase) + 1
                self._console.print(f"step {step} of {STEPS}: {DOING[phase].lower()}")
            case Logged(message):
                self._console.print(message)
