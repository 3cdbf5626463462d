"""What becomes of feeds whose settings are given all at once, setting by setting."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rollbook.core.feed_settings import IGNORE


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting of a feed, as a file has it; None is none, as before in a feed that is new."""

    setting: str
    before: Any
    after: Any

    def as_object(self) -> dict[str, Any]:
        """Return it as programs read it."""
        return {"setting": self.setting, "from": self.before, "to": self.after}

    @property
    def as_texts(self) -> tuple[str, str, str]:
        """The setting, its value before and its value now, as people read them."""
        of_header = self.setting.startswith("headers.")
        before, after = (
            "ignored" if of_header and each == IGNORE else _text(each)
            for each in (self.before, self.after)
        )
        return self.setting, before, after


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[SettingChange]:
    """Return what differs, in the order of `after`; what only one of the two knows does not."""
    return [
        SettingChange(name, before[name], value)
        for name, value in after.items()
        if name in before and before[name] != value
    ]


@dataclass(frozen=True, slots=True)
class FeedChange:
    """What becomes of one feed."""

    feed: str
    action: Literal["added", "changed", "unchanged"]
    changes: Sequence[SettingChange] = ()

    def as_object(self) -> dict[str, Any]:
        """Return it as programs read it."""
        changes = [each.as_object() for each in self.changes]
        return {"feed": self.feed, "action": self.action, "changes": changes}


def changes_object(found: Sequence[FeedChange], *, dry_run: bool) -> dict[str, Any]:
    """Return what becomes of feeds as programs read it."""
    return {
        "dry_run": dry_run,
        "changed": any(each.action != "unchanged" for each in found),
        "feeds": [each.as_object() for each in found],
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
