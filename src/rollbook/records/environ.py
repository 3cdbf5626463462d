"""Reading one setting from the environment: each NAME also as NAME_FILE."""

from collections.abc import Mapping
from pathlib import Path

from rollbook.core.errors import RollbookError
from rollbook.core.sources.patience import LARGEST_FILE

MB = 1 << 20
LARGEST_MB = 1 << 20


class UnsafeSetting(RollbookError):
    """{what}

    Nothing was changed."""

    reason = "unsafe_setting"
    exit_code = 2


def read(environ: Mapping[str, str], name: str, default: str = "") -> str:
    """Return the setting `name`, or what stands in the file that `name`_FILE names."""
    if path := environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UnsafeSetting(what=f"The file of {name}_FILE cannot be read.") from error
    return environ.get(name, default)


def largest_file(environ: Mapping[str, str]) -> int:
    """Return how many bytes a fetched file may have. Raises UnsafeSetting."""
    text = read(environ, "ROLLBOOK_LARGEST_FILE_MB", str(LARGEST_FILE // MB))
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= LARGEST_MB):
        raise UnsafeSetting(
            what=f"ROLLBOOK_LARGEST_FILE_MB is a whole number of megabytes, from 1 to {LARGEST_MB}."
        )
    return int(text) * MB
