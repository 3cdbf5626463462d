"""Reading one setting from the environment: each NAME also as NAME_FILE."""

from collections.abc import Mapping
from pathlib import Path

from rollbook.core.errors import RollbookError


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
