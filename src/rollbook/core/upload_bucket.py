"""The bucket of AWS through which files go that are too large for one request to a function.

A browser is given an address to which it may send one file; the importer takes it out again. What
is too large for an answer lies there for a browser to fetch. Names in the bucket are random and
say nothing.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from rollbook.core.errors import FileRefused, RollbookError

SECONDS: Final = 900
"""For so long an upload to an address may begin."""
FETCHED_WITHIN: Final = 60
"""For so long a download from an address may begin."""
BLOCK: Final = 1 << 20
KEY: Final = re.compile(r"[A-Za-z0-9_-]{32}")


class UploadsUnavailable(RollbookError):
    """The bucket for uploads couldn't be used: {why}

    Nothing was imported.

    {advice}"""

    reason = "uploads_unavailable"
    is_transient = True


class UploadNotThere(FileRefused):
    """The uploaded file isn't in the bucket for uploads: it didn't arrive, was already used, was
    deleted after a day, or Rollbook's role can't read it.

    Nothing was changed.

    Upload it again."""

    reason = "upload_not_there"


@dataclass(frozen=True, slots=True)
class Address:
    """Where one file may be sent, by a form with these fields and `file` as the last one."""

    url: str
    fields: dict[str, str]
    key: str


@dataclass(frozen=True, slots=True)
class UploadBucket:
    """A bucket by its name. All raise UploadsUnavailable."""

    name: str
    region: str | None

    def origin(self) -> str:
        """Return what a browser connects to when it uploads."""
        parts = urlsplit(self.address(largest=1).url)
        return f"{parts.scheme}://{parts.netloc}"

    def address(self, *, largest: int) -> Address:
        """Return an address for one file of at most `largest` bytes, good for a quarter hour."""
        key = secrets.token_urlsafe(24)
        with _explained():
            made = _client(self.region).generate_presigned_post(
                self.name,
                key,
                Conditions=[["content-length-range", 1, largest]],
                ExpiresIn=SECONDS,
            )
        return Address(made["url"], made["fields"], key)

    def size(self, key: str) -> int:
        """Return the bytes of what was uploaded. Raises UploadNotThere."""
        _check(key)
        with _explained():
            found = _client(self.region).head_object(Bucket=self.name, Key=key)
        return int(found["ContentLength"])

    def blocks(self, key: str) -> Iterator[bytes]:
        """Yield what was uploaded. Raises UploadNotThere."""
        _check(key)
        with _explained():
            found = _client(self.region).get_object(Bucket=self.name, Key=key)
            yield from found["Body"].iter_chunks(BLOCK)

    def keep(self, file: BinaryIO, *, headers: Mapping[str, str]) -> str:
        """Put a file there; return an address that hands it out with these headers for a minute.

        The bucket deletes it after a day.
        """
        key = secrets.token_urlsafe(24)
        how = {
            "ResponseContentType": headers["Content-Type"],
            "ResponseContentDisposition": headers["Content-Disposition"],
            "ResponseCacheControl": "no-store",
        }
        with _explained():
            client = _client(self.region)
            client.put_object(Bucket=self.name, Key=key, Body=file)
            address: str = client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self.name, "Key": key, **how},
                ExpiresIn=FETCHED_WITHIN,
            )
        return address

    def delete(self, key: str) -> None:
        """Delete what was uploaded, where it is there."""
        _check(key)
        with _explained():
            _client(self.region).delete_object(Bucket=self.name, Key=key)


def _check(key: str) -> None:
    if not KEY.fullmatch(key):
        raise UploadNotThere


@cache
def _client(region: str | None) -> Any:
    """Return the client. boto3 takes half a second to import; only who needs it pays that."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import NoCredentialsError

    session = boto3.session.Session(region_name=region)
    if session.get_credentials() is None:  # to sign an address nothing is asked that would say so
        raise NoCredentialsError
    # A bucket has a name of its own in its region: only that one is answered without a redirect.
    how = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
        connect_timeout=5,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    return session.client("s3", config=how)


@contextmanager
def _explained() -> Iterator[None]:
    """Raise what botocore raises as an error of ours; its text names the account."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
    except ImportError:
        raise UploadsUnavailable(
            why="what talks to AWS isn't installed.", advice='Install it: "rollbook[aws]".'
        ) from None
    try:
        yield
    except ClientError as error:
        raise _of_service(error) from None
    except NoCredentialsError:
        raise UploadsUnavailable(
            why="Rollbook has no AWS credentials.", advice="Give it a role."
        ) from None
    except BotoCoreError:
        raise UploadsUnavailable(
            why="AWS didn't answer.",
            advice="Try again. If that doesn't help, check the network and AWS_REGION.",
        ) from None


def _of_service(error: Any) -> RollbookError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    # Who may not list a bucket is not told whether something is there.
    if code in ("404", "NoSuchKey", "403", "AccessDenied"):
        return UploadNotThere()
    said = f"AWS says {code}." if code.isidentifier() else "AWS rejected it."
    return UploadsUnavailable(why=said, advice="Check ROLLBOOK_UPLOADS_BUCKET.")
