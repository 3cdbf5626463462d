"""One picture as a small file."""

import io
from pathlib import Path

from PIL import Image

COLORS = 128
"""Pages have few; more would only blur less of what nobody sees."""


def save(screenshot: bytes, path: Path) -> None:
    """Write the screenshot as a PNG of few colors."""
    with Image.open(io.BytesIO(screenshot)) as image:
        few = image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
        few.save(path, "PNG", optimize=True)
