"""Reading settings from the environment: each NAME also as NAME_FILE; what is unsafe is refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from rollbook.core.errors import RollbookError


class UnsafeSetting(RollbookError):
    """{what} Nothing was changed."""

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


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a `postgresql://` URL. Its password shows in no error."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise UnsafeSetting(what="DATABASE_URL must begin with postgresql://.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    # Everything of ours lives in its own schema; the specified tables are found in public.
    chosen = f"{options.get('options', '')} -c search_path=rollbook,public -c timezone=UTC".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "rollbook",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options
        | {"options": chosen, "application_name": "rollbook", "connect_timeout": 10},
    }
