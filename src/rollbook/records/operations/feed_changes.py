"""What becomes of feeds whose settings are given all at once, setting by setting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting of a feed, as a file has it; `before` is None where the feed is new."""

    setting: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class FeedChange:
    """What becomes of one feed."""

    feed: str
    action: Literal["added", "changed", "unchanged"]
    changes: Sequence[SettingChange] = ()

    def as_object(self) -> dict[str, Any]:
        """Return it as programs read it."""
        changes = [
            {"setting": each.setting, "from": each.before, "to": each.after}
            for each in self.changes
        ]
        return {"feed": self.feed, "action": self.action, "changes": changes}


def changes_object(found: Sequence[FeedChange], *, dry_run: bool) -> dict[str, Any]:
    """Return what becomes of feeds as programs read it."""
    return {
        "dry_run": dry_run,
        "changed": any(each.action != "unchanged" for each in found),
        "feeds": [each.as_object() for each in found],
    }
