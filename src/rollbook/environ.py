"""Reading one setting from the environment: each NAME also as NAME_FILE."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from rollbook.core.errors import RollbookError
from rollbook.core.sources.patience import LARGEST_FILE

MB = 1 << 20
LARGEST_MB = 1 << 20


class UnsafeSetting(RollbookError):
    """{what}

    Nothing was changed."""

    reason = "unsafe_setting"
    exit_code = 2


class NativeNeeded(RollbookError):
    """DATABASE_URL names the RDS Data API, by which Rollbook only imports.

    Nothing was changed.

    For pages, workers, migrations, backups and settings let DATABASE_URL name the database server
    itself, as postgresql://."""

    reason = "native_needed"
    exit_code = 2


def read(environ: Mapping[str, str], name: str, default: str = "") -> str:
    """Return the setting `name`, or the content of the file that `name`_FILE names."""
    if path := environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UnsafeSetting(what=f"The file of {name}_FILE cannot be read.") from error
    return environ.get(name, default)


def check_native(environ: Mapping[str, str]) -> None:
    """Raise NativeNeeded where DATABASE_URL names the RDS Data API."""
    if read(environ, "DATABASE_URL").startswith("data-api://"):
        raise NativeNeeded


def largest_file(environ: Mapping[str, str]) -> int:
    """Return how many bytes a fetched file may have. Raises UnsafeSetting."""
    text = read(environ, "ROLLBOOK_LARGEST_FILE_MB", str(LARGEST_FILE // MB))
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= LARGEST_MB):
        raise UnsafeSetting(
            what=f"ROLLBOOK_LARGEST_FILE_MB is a whole number of megabytes, from 1 to {LARGEST_MB}."
        )
    return int(text) * MB


def importing_function(environ: Mapping[str, str]) -> str | None:
    """Return the name of the function of AWS that carries out what waits; None: workers do.

    Raises UnsafeSetting.
    """
    runner = environ.get("ROLLBOOK_RUNNER") or "worker"
    if runner not in ("worker", "lambda"):
        raise UnsafeSetting(what="ROLLBOOK_RUNNER is worker or lambda.")
    name = environ.get("ROLLBOOK_LAMBDA_FUNCTION")
    if runner == "lambda" and not name:
        raise UnsafeSetting(
            what="With ROLLBOOK_RUNNER=lambda, ROLLBOOK_LAMBDA_FUNCTION names the function that "
            "imports."
        )
    return name if runner == "lambda" else None


def in_function(environ: Mapping[str, str]) -> bool:
    """Tell whether this process is a function of AWS, which is given 6 MB at once and no more."""
    return "AWS_LAMBDA_FUNCTION_NAME" in environ


def uploads_bucket(environ: Mapping[str, str]) -> str | None:
    """Return the name of the bucket for large uploads, None without one. Raises UnsafeSetting."""
    name = environ.get("ROLLBOOK_UPLOADS_BUCKET")
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name):
        raise UnsafeSetting(what="ROLLBOOK_UPLOADS_BUCKET is the name of a bucket of AWS.")
    return name or None


def public_url(environ: Mapping[str, str]) -> str:
    """Return what every link begins with, without a slash at its end; '' where it is not set.

    It is ROLLBOOK_URL, or else the first of ROLLBOOK_ALLOWED_HOSTS. Never what a browser asked for:
    a request under another name would have links lead there. Raises UnsafeSetting.
    """
    if given := read(environ, "ROLLBOOK_URL"):
        return _checked(given)
    host = read(environ, "ROLLBOOK_ALLOWED_HOSTS").split(",")[0].strip()
    scheme = "http" if read(environ, "ROLLBOOK_TLS", "none") == "none" else "https"
    return f"{scheme}://{host}" if host else ""


def _checked(url: str) -> str:
    """Return the address without a slash at its end. Raises UnsafeSetting."""
    plain = url.rstrip("/")
    try:
        parts = urlsplit(plain)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    # Nothing but scheme, name and port: no user, no path, nothing that a browser would read on.
    if not (is_whole and re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", plain)):
        raise UnsafeSetting(
            what="ROLLBOOK_URL is the address of the pages and nothing more, such as "
            "https://rollbook.example.org or https://rollbook.example.org:8443."
        )
    return plain
