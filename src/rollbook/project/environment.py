"""Reading settings from the environment: each NAME also as NAME_FILE; what is unsafe is refused."""

import os
import secrets
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

from rollbook.core.errors import UsageError
from rollbook.core.secrets.key import find_key, session_key
from rollbook.data_api.address import ClusterAddress
from rollbook.environ import UnsafeSetting, read
from rollbook.home import home

LIVENESS: Final = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Within a minute a connection whose other end is gone without a word (a failover, a firewall that
forgets) is given up; the system's own defaults are 15 minutes to 2 hours. DATABASE_URL goes first.
"""


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a `postgresql://` or `data-api://` URL. Its password shows in no
    error.

    What a session needs is set when it is connected (records/session.py): poolers refuse it before.
    """
    if ClusterAddress.is_meant(url):
        return _by_data_api(url)
    parts, port = _parts(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise UnsafeSetting(what="DATABASE_URL must begin with postgresql://.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    _check_options(options)
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "rollbook.records.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "rollbook",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port or options.pop("port", ""),
        "OPTIONS": LIVENESS | options | {"application_name": "rollbook", "connect_timeout": 10},
    }


def _by_data_api(url: str) -> dict[str, Any]:
    try:
        address = ClusterAddress.parse(url, secret=os.environ.get("ROLLBOOK_DATABASE_SECRET", ""))
    except ValueError as error:
        raise UnsafeSetting(what=str(error)) from None
    return {
        "ENGINE": "rollbook.records.data_api_backend",
        "NAME": address.database,
        "OPTIONS": {"address": address},
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def _parts(url: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(url)
        return parts, str(parts.port or "")
    except ValueError:
        # Without the original: its text repeats what is before and after the port.
        raise UnsafeSetting(
            what="DATABASE_URL cannot be read. Write postgresql://USER:PASSWORD@HOST:PORT/NAME, "
            "with special characters in user and password as %XX."
        ) from None


def _check_options(options: Mapping[str, Any]) -> None:
    try:
        make_conninfo(**options)
    except ProgrammingError:
        raise UnsafeSetting(
            what=f"DATABASE_URL has an option that PostgreSQL does not know. Its options are: "
            f"{', '.join(options)}."
        ) from None


def one_of(environ: Mapping[str, str], name: str, *choices: str) -> str:
    """Return the setting `name`, which is one of `choices`; the first one goes without saying.

    Raises UnsafeSetting.
    """
    chosen = environ.get(name) or choices[0]
    if chosen not in choices:
        raise UnsafeSetting(what=f"{name} is {' or '.join(choices)}.")
    return chosen


def signing_key(environ: Mapping[str, str]) -> str:
    """Return what signs sessions (see `session_key`).

    Without a key it is another one in each process: which key is the right one, the database says.
    """
    given = read(environ, "ROLLBOOK_SECRET_KEY")
    found = find_key(Path() if given else home(environ), given or None)
    return session_key(found or secrets.token_bytes(32))


def allowed_hosts(text: str) -> list[str]:
    """Return the host names under which the pages may be asked for. Raises UnsafeSetting."""
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    if any("*" in host or "/" in host or host.startswith(".") for host in hosts):
        raise UnsafeSetting(
            what="ROLLBOOK_ALLOWED_HOSTS names the hosts one by one, without *, a dot in front or "
            "https://, such as rollbook.example.org."
        )
    return [*hosts, "localhost", "127.0.0.1", "[::1]"]


def minutes(text: str, name: str) -> int:
    """Return a whole number of minutes from 1 to a week. Raises UnsafeSetting."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 7 * 24 * 60):
        raise UnsafeSetting(what=f"{name} is a whole number of minutes, from 1 to 10080.")
    return int(text)


def tls(text: str) -> str:
    """Return who speaks TLS with the browsers: none, proxy or alone. Raises UnsafeSetting."""
    if text not in ("none", "proxy", "alone"):
        raise UnsafeSetting(what="ROLLBOOK_TLS is none, proxy or alone.")
    return text


def networks(text: str, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks of a list of addresses and networks. Raises UnsafeSetting."""
    try:
        found = tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError:
        raise UnsafeSetting(
            what=f"{name} lists addresses and networks, separated by commas, such as "
            "10.0.0.5,192.168.1.0/24,fd00::/8. A network has no address of a machine in it: "
            "192.168.1.0/24, not 192.168.1.7/24."
        ) from None
    if any(network.prefixlen == 0 for network in found):
        raise UnsafeSetting(
            what=f"{name} names every address there is: then anybody could pose as anybody. Name "
            "the proxies alone."
        )
    return found


def metrics_token(text: str) -> str:
    """Return the token that opens /metrics, '' for none. Raises UnsafeSetting."""
    if text and not (len(text) >= 16 and text.isascii() and text.isprintable() and " " not in text):
        raise UnsafeSetting(
            what="ROLLBOOK_METRICS_TOKEN has at least 16 letters, digits and signs, without blanks."
        )
    return text


def has_mail(url: str) -> bool:
    """Tell whether a mail server is set. Raises UnsafeSetting for one that cannot be."""
    from rollbook.notify.channels import mail_server  # not at the start of every command

    try:
        return mail_server(url) is not None
    except UsageError as error:
        raise UnsafeSetting(what=error.message.what) from None
