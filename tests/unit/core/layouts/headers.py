"""Headers of vendors' exports, as they are published: facts, and no student."""

import csv
from collections.abc import Sequence
from pathlib import Path

_LINES = csv.reader(Path(__file__).with_suffix(".csv").read_text().splitlines())
PUBLISHED: dict[str, Sequence[str]] = {name: header for name, *header in _LINES}
