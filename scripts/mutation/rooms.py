"""What is broken, and the tests that must notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Room:
    """Files whose rules are broken, and folders of tests: the near ones are tried first.

    Rules of the core have no far ones: tests of whole features take minutes for each rule, and what
    only they notice is noticed late.
    """

    files: Sequence[str]
    near: Sequence[str]
    far: Sequence[str] = ()

    def paths(self, root: Path) -> list[Path]:
        """Return the files, in a fixed order."""
        return sorted(path for pattern in self.files for path in root.glob(pattern))


_LOADING = ("tests/unit/core/loading", "tests/integration/loading")
_SIGNING_IN = (
    "api_tokens",
    "forgotten_password",
    "sealed_factors",
    "second_factor_is_required",
    "shared_cache",
    "signing_in",
    "staff",
    "stale_pages",
)
ROOMS: Final = {
    "scheduling": Room(
        files=("src/rollbook/core/scheduling/*.py",),
        near=("tests/unit/core/scheduling",),
        far=(
            "tests/integration/records/test_scheduling.py",
            "tests/integration/worker/test_tick.py",
        ),
    ),
    "validation": Room(
        files=("src/rollbook/core/validation/*.py",),
        near=("tests/unit/core/validation", "tests/unit/core/test_properties.py", "tests/spec"),
    ),
    "merging": Room(files=("src/rollbook/core/loading/*.py",), near=_LOADING),
    "merging-sql": Room(files=("src/rollbook/core/loading/*.sql",), near=_LOADING),
    "access": Room(
        files=("src/rollbook/access/*.py", "src/rollbook/access/operations/*.py"),
        near=(
            "tests/unit/access",
            "tests/integration/records/test_tables.py",
            "tests/integration/access",
            "tests/integration/api/test_refused_tokens.py",
            *(f"tests/integration/pages/test_{name}.py" for name in _SIGNING_IN),
        ),
    ),
}
