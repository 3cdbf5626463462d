"""What one deployment is told: a TOML file, read and judged before anything is declared."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import available_timezones


class SettingsRefused(Exception):
    """The file of settings is missing or says what cannot be deployed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A network and a PostgreSQL that are there already; nothing of theirs is replaced."""

    vpc: str
    subnets: tuple[str, ...]
    """Private ones with a way out, in at least one availability zone."""
    availability_zones: tuple[str, ...]
    outgoing_address: str
    """The public address of their way out, for districts to allow."""
    host: str
    """Of the cluster or of an RDS Proxy in front of it."""
    database: str
    secret: str
    """The ARN of the secret with `username` and `password` of the role that migrates."""
    security_group: str
    """Of the cluster or the proxy; it gets one rule that lets Rollbook's functions in."""
    secret_key: str = ""
    """The ARN of the KMS key of that secret, where it has one of its own."""
    serving_secret: str = ""
    """As `secret`, of the role that serves; one is made where none is named."""
    serving_secret_key: str = ""
    """As `secret_key`."""
    port: int = 5432


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One district's deployment."""

    name: str
    """Of the stack, its secrets and its dashboard; two in one account need two."""
    district: str
    time_zone: str
    alarms_to: str
    mail_from: str
    hour: int = 2
    domain: str = ""
    certificate: str = ""
    """The ARN of a certificate for `domain` in the same region."""
    minimum_capacity: float = 0
    """In Aurora capacity units; 0 lets the database pause."""
    maximum_capacity: float = 4
    log_days: int = 90
    backup_days: int = 14
    sftp_ports: tuple[int, ...] = (22,)
    existing: Existing | None = None

    def __post_init__(self) -> None:
        if faults := [why for name, why in RULES.items() if not FINE[name](self)]:
            raise SettingsRefused(" ".join(faults))

    @property
    def clock_change_hour(self) -> int:
        """The hour of the second start, for nights on which the first hour does not exist."""
        return (self.hour + 1) % 24


RULES: Final = {
    "name": "`name` is 3 to 30 lower-case letters, digits and hyphens, a letter first.",
    "time_zone": "`time_zone` has to be a name such as America/Los_Angeles.",
    "hour": "`hour` is a whole number from 0 to 23.",
    "alarms_to": "`alarms_to` has to be one email address.",
    "mail_from": "`mail_from` has to be one email address.",
    "domain": "`domain` and `certificate` (an ARN of Certificate Manager) come together.",
    "capacity": "Capacities go in halves from 0 to 256; the maximum is 1 or more, and not below.",
    "log_days": "`log_days` has to be one of 30, 60, 90, 180, 365, 731.",
    "backup_days": "`backup_days` is a whole number from 7 to 35.",
    "sftp_ports": "`sftp_ports` are one or more whole numbers from 1 to 65535.",
    "existing": "`existing.availability_zones` needs one entry for each of `existing.subnets`.",
    "serving": "`existing.serving_secret` has to be another secret than `existing.secret`, and "
    "`existing.serving_secret_key` comes with it.",
}

ADDRESS: Final = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
CERTIFICATE: Final = re.compile(r"arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate/[\w-]+")

FINE: Final[Mapping[str, Callable[[Settings], object]]] = {
    "name": lambda each: re.fullmatch(r"[a-z][a-z0-9-]{2,29}", each.name),
    "time_zone": lambda each: each.time_zone in available_timezones(),
    "hour": lambda each: 0 <= each.hour <= 23,
    "alarms_to": lambda each: ADDRESS.fullmatch(each.alarms_to),
    "mail_from": lambda each: ADDRESS.fullmatch(each.mail_from),
    "domain": lambda each: (
        bool(each.domain) == bool(each.certificate)
        and (not each.certificate or CERTIFICATE.fullmatch(each.certificate))
    ),
    "capacity": lambda each: (
        0 <= each.minimum_capacity <= each.maximum_capacity <= 256
        and each.maximum_capacity >= 1
        and each.minimum_capacity * 2 % 1 == 0
        and each.maximum_capacity * 2 % 1 == 0
    ),
    "log_days": lambda each: each.log_days in {30, 60, 90, 180, 365, 731},
    "backup_days": lambda each: 7 <= each.backup_days <= 35,
    "sftp_ports": lambda each: (
        bool(each.sftp_ports) and all(1 <= port <= 65535 for port in each.sftp_ports)
    ),
    "existing": lambda each: (
        each.existing is None
        or 1 <= len(each.existing.subnets) == len(each.existing.availability_zones)
    ),
    "serving": lambda each: (
        each.existing is None
        or (
            each.existing.serving_secret != each.existing.secret
            and (each.existing.serving_secret or not each.existing.serving_secret_key)
        )
    ),
}


Made = TypeVar("Made", Settings, Existing)


def read(path: Path) -> Settings:
    """Return what the file says. Raises SettingsRefused, with what to change."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsRefused(f"{path} cannot be read: {error}") from None
    existing = given.pop("existing", None)
    return _made(
        Settings, given | ({"existing": _made(Existing, existing)} if existing is not None else {})
    )


def _made(kind: type[Made], given: Any) -> Made:
    if not isinstance(given, Mapping):
        raise SettingsRefused("`existing` has to be a table: [existing].")
    known = {each.name: each for each in fields(kind)}
    missing = [name for name in known if known[name].default is MISSING and name not in given]
    if faults := [f"`{name}` is missing." for name in missing] + [
        f"`{name}` is not a setting." for name in given if name not in known
    ]:
        raise SettingsRefused(" ".join(faults))
    return kind(**{name: _typed(name, known[name].type, value) for name, value in given.items()})


def _typed(name: str, kind: Any, value: Any) -> Any:
    if kind in {tuple[str, ...], tuple[int, ...]}:
        inner = str if kind == tuple[str, ...] else int
        if isinstance(value, list) and all(type(each) is inner for each in value):
            return tuple(value)
    elif kind is float:
        if type(value) in {int, float}:
            return float(value)
    elif kind not in {str, int} or type(value) is kind:
        return value
    raise SettingsRefused(f"`{name}` has the wrong type.")
