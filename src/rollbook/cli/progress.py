"""Progress on standard error: a bar on a terminal, a line per phase elsewhere."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from rollbook.core.events import Event, Listener, Logged, Phase, PhaseStarted, Progress

DOING = {
    Phase.CONNECTING: "Connecting to the server",
    Phase.ARRIVING: "Waiting until the file is complete",
    Phase.DOWNLOADING: "Downloading the file",
    Phase.PARSING: "Finding the columns",
    Phase.VALIDATING: "Checking every row",
    Phase.IMPORTING: "Saving to the database",
}

DOING_HERE = DOING | {
    Phase.CONNECTING: "Opening the file",
    Phase.DOWNLOADING: "Reading the file",
}
"""The same where the file is on this machine or stored: none of the steps is a connection."""


COMPARING = "Comparing with your students"
"""The last step of a check, which stores nothing."""


@contextmanager
def shown_progress(
    console: Console,
    *,
    quiet: bool = False,
    waits: bool = False,
    is_here: bool = False,
    checks: bool = False,
    compares: bool = True,
) -> Iterator[Listener]:
    """Give a listener that shows a run's events. `quiet`: nothing but what goes wrong.

    `waits`: one of the steps is to wait until the file on a server is complete. `is_here`: the file
    comes from no server. `checks`: nothing is stored. `compares`: a check compares with students.
    """
    words = DOING_HERE if is_here else DOING
    words = words | {Phase.IMPORTING: COMPARING} if checks else words
    left_out = {*(() if waits else (Phase.ARRIVING,)), *(() if compares else (Phase.IMPORTING,))}
    steps = {phase: words[phase] for phase in DOING if phase not in left_out}
    if quiet:
        yield lambda event: None
    elif console.is_terminal:
        with _bar(console) as bar:
            listener = _BarListener(bar, steps)
            yield listener
            listener.finish()
    else:
        yield _LineListener(console, steps)


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("{task.description}", style="bold"),
        BarColumn(bar_width=32),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=console,
    )


class _BarListener:
    """One line with a bar for each phase; a finished phase stays with its time."""

    def __init__(self, bar: Bar, steps: Mapping[Phase, str]) -> None:
        self._bar = bar
        self._steps = steps
        self._task: TaskID | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                self.finish()
                step, words = _step(self._steps, phase)
                self._task = self._bar.add_task(f"{step}  {words:<35}", total=None)
            case Progress(_, done, total) if self._task is not None:
                self._bar.update(self._task, completed=done, total=total)
            case Logged(message):
                self._bar.console.print(message, style="dim")

    def finish(self) -> None:
        if self._task is not None:
            self._bar.update(self._task, total=1, completed=1)


class _LineListener:
    """Plain lines, for logs and pipes."""

    def __init__(self, console: Console, steps: Mapping[Phase, str]) -> None:
        self._console = console
        self._steps = steps

    def __call__(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                step, words = _step(self._steps, phase)
                self._console.print(f"step {step}: {words.lower()}")
            case Logged(message):
                self._console.print(message)


def _step(steps: Mapping[Phase, str], phase: Phase) -> tuple[str, str]:
    """Return "2 of 5", and what is done in it."""
    return f"{[*steps].index(phase) + 1} of {len(steps)}", steps[phase]
