"""Times of day and sizes as people here write them, on every surface."""

from datetime import datetime, time


def clock_text(moment: time | datetime) -> str:
    """Return the time of day: 2:00 AM."""
    half = "AM" if moment.hour < 12 else "PM"
    return f"{moment.hour % 12 or 12}:{moment:%M} {half}"


def size_text(size: int) -> str:
    """Return a number of bytes: 9,999 bytes, 812 KB, 1.5 MB."""
    if size < 10_000:
        return f"{size:,} bytes"
    return f"{size / 1000:,.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"
