"""What one check has found, for people and for programs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from rollbook.core.errors import RollbookError, kind_and_place
from rollbook.records.database import translated

TITLES: Final = {
    "disk": "Disk space",
    "pooler": "Database connections",
    "rights": "Database access",
    "key": "Encryption key",
    "clock": "Clocks",
    "backup": "Backups",
    "recipients": "Who gets email",
    "heartbeat": "Uptime service's feeds",
    "roster": "Student roster",
    "mail": "Email server",
}
"""Names of checks for people, where theirs for programs is another."""
_CANNOT_BE_USED: Final = "the database can't be used now."


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """The night would run, and something is not as it should be."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence and what to do. Holds no student's value, no secret and no server's text."""

    name: str
    state: State
    message: str
    advice: str = ""
    """What to do, in words that a page can show, too."""
    feed: str = ""
    """The feed that it is about, where it is about one."""
    at_terminal: str = ""
    """The command or setting by which a person who has the machine does it."""
    is_made: bool = True
    """False: nothing was checked."""

    @property
    def title(self) -> str:
        """The check's name for people."""
        title = TITLES.get(self.name) or self.name.replace("_", " ").capitalize()
        return f"{title} {self.feed}".rstrip()

    @property
    def advice_at_terminal(self) -> str:
        """What to do, for a person or a program that has the machine."""
        return f"{self.advice} {self.at_terminal}".strip()

    def as_object(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "feed": self.feed or None,
            "status": self.state.value,
            "message": self.message,
            "advice": self.advice_at_terminal,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """What is asked, and within how many seconds it must answer. Any error is a finding too."""

    name: str
    ask: Callable[[], Finding]
    within: float = 20.0
    feed: str = ""

    def carry_out(self) -> Finding:
        try:
            with translated():
                return self.ask()
        except RollbookError as error:
            return self.failed(error.message.what, error.message.advice)
        except Exception as error:  # noqa: BLE001 - one check stops no other; its text may hold a value
            what = kind_and_place(type(error), error.__traceback__)
            return self.failed(f"The check stopped unexpectedly ({what}).", "Report this line.")

    def failed(self, message: str, advice: str = "") -> Finding:
        return Finding(self.name, State.FAILED, message, advice, self.feed)

    def without_answer(self) -> Finding:
        return self.failed(
            "The check got no answer in time.",
            "See whether what it asks is overloaded or cut off by a firewall.",
        )

    def not_made(self) -> Finding:
        """The finding of a check that needs the database, where there is none."""
        return Finding(
            self.name,
            State.WARNING,
            f"Not checked: {_CANNOT_BE_USED}",
            feed=self.feed,
            is_made=False,
        )


def for_people(found: Iterable[Finding]) -> Iterator[Finding]:
    """Give the findings as a person reads them: what was not checked is one of them, the last."""
    left_out = []
    for each in found:
        if each.is_made:
            yield each
        else:
            left_out.append(each.title)
    if left_out:
        yield Finding("not_checked", State.WARNING, f"{', '.join(left_out)}: {_CANNOT_BE_USED}")


def worst(findings: Iterable[Finding]) -> State:
    """Return the state of all together."""
    states = {each.state for each in findings}
    return next((each for each in (State.FAILED, State.WARNING) if each in states), State.OK)
