"""What time it is for one module."""

from datetime import datetime
from types import ModuleType

import pytest


def set_clock(monkeypatch: pytest.MonkeyPatch, module: ModuleType, now: datetime) -> None:
    """Let `timezone.now()` be this moment, as far as the module asks."""
    clock = type("Clock", (), {"now": staticmethod(lambda: now)})
    monkeypatch.setattr(module, "timezone", clock)
