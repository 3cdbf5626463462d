"""One picture as a small file."""

import io
from pathlib import Path

from PIL import Image

COLORS = 256
"""Pages have few, and the blends of their edges."""


def save(screenshot: bytes, path: Path) -> None:
    """Write the screenshot as a PNG of few colors, rare ones such as a red mark among them."""
    with Image.open(io.BytesIO(screenshot)) as image:
        few = image.convert("RGB").quantize(
            COLORS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        few.save(path, "PNG", optimize=True)
