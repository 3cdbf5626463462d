"""Files that are sent past pages and API: a function of AWS is given 6 MB at once, no more."""

import os
from typing import Any, Final

from django.core import signing

from rollbook.core.errors import UsageError
from rollbook.core.upload_bucket import SECONDS, UploadBucket, UploadNotThere
from rollbook.environ import in_function, uploads_bucket
from rollbook.transfers.uploads import largest_upload

LARGEST_REQUEST: Final = 4_400_000
"""Bytes of a file that fit into the 6 MB of a request in Base64, beside what else it says."""
GOOD_FOR: Final = 4 * SECONDS
"""Seconds from the address to the form: so long an upload may take."""
_SALT: Final = "rollbook.direct-upload"


class NoUploadBucket(UsageError):
    """This installation has no bucket for uploads, and needs none.

    Nothing was changed.

    Send the file to /api/admin/import/upload."""

    reason = "no_upload_bucket"

    def __init__(self) -> None:
        super().__init__()


def largest_in_request() -> int:
    """Return how many bytes a file may have that comes with a form."""
    is_bounded = in_function(os.environ) or uploads_bucket(os.environ) is not None
    return min(LARGEST_REQUEST, largest_upload()) if is_bounded else largest_upload()


def offer(into: UploadBucket, who: str) -> dict[str, Any]:
    """Return, as JSON, where one file may be sent, and by what text `who` names it then.

    `who` is a person or a program, by its key: "person 7", "token 3".
    """
    address = into.address(largest=largest_upload())
    uploaded = signing.dumps([address.key, who], salt=_SALT)
    return {"url": address.url, "fields": address.fields, "uploaded": uploaded}


def key_of(uploaded: str, who: str) -> str:
    """Return where the file lies that `who` has uploaded. Raises UploadNotThere."""
    try:
        key, sender = signing.loads(uploaded, salt=_SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, TypeError, ValueError):
        raise UploadNotThere from None
    if sender != who:
        raise UploadNotThere
    return str(key)
