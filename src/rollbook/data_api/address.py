"""Where the Data API finds a database: data-api://CLUSTER-ARN/DATABASE?secret=SECRET-ARN."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

SCHEME: Final = "data-api://"
FORM: Final = f"{SCHEME}CLUSTER-ARN/DATABASE?secret=SECRET-ARN"

_URL: Final = re.compile(r"data-api://(?P<cluster>[^/?]+)/(?P<database>[^/?]+)(\?(?P<options>.*))?")
_CLUSTER: Final = re.compile(
    r"arn:aws[a-z-]*:rds:(?P<region>[a-z0-9-]{1,40}):[0-9]{12}:cluster:[A-Za-z0-9-]{1,63}"
)
_REGION: Final = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """A database of an Aurora cluster, and the secret with which AWS signs in to it."""

    cluster: str
    """Its ARN."""
    secret: str
    """Name or ARN; what it holds never comes here."""
    database: str
    region: str

    @staticmethod
    def is_meant(url: str) -> bool:
        """Tell whether `url` is one of the Data API, whether it can be read or not."""
        return url.startswith(SCHEME)

    @staticmethod
    def parse(url: str, *, secret: str = "") -> "ClusterAddress":
        """Read a URL; `secret` is taken where it names none.

        Raises ValueError with a sentence that repeats nothing of the URL.
        """
        parts = _URL.fullmatch(url)
        if parts is None:
            raise ValueError(f"DATABASE_URL cannot be read. Write {FORM}.")
        cluster = unquote(parts["cluster"])
        arn = _CLUSTER.fullmatch(cluster)
        if arn is None:
            raise ValueError(
                "DATABASE_URL names no cluster. Its ARN is arn:aws:rds:REGION:ACCOUNT:cluster:NAME."
            )
        options = _options(parts["options"] or "")
        region = options.pop("region", arn["region"])
        secret = options.pop("secret", secret)
        if options or not _REGION.fullmatch(region):
            raise ValueError(f"DATABASE_URL has the options secret and region alone: {FORM}.")
        if not secret:
            raise ValueError(
                "DATABASE_URL names no secret. Add ?secret= with the ARN of the secret that holds "
                "the user and the password of the database."
            )
        return ClusterAddress(cluster, secret, unquote(parts["database"]), region)


def _options(text: str) -> dict[str, str]:
    """Return the options; a `+` is one, because it may be in the name of a secret."""
    pairs = (each.partition("=") for each in text.split("&") if each)
    return {name: unquote(value) for name, _, value in pairs}
