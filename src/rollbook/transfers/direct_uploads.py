"""Files that a browser sends past the pages: a function of AWS is given 6 MB at once, no more."""

import os
from dataclasses import asdict
from typing import Any, Final

from django.core import signing

from rollbook.core.upload_bucket import SECONDS, UploadBucket, UploadNotThere
from rollbook.environ import in_function, uploads_bucket
from rollbook.transfers.uploads import largest_upload

LARGEST_REQUEST: Final = 4_400_000
"""Bytes of a file that fit into the 6 MB of a request in Base64, beside what else it says."""
GOOD_FOR: Final = 4 * SECONDS
"""Seconds from the address to the form: so long an upload may take."""
_SALT: Final = "rollbook.direct-upload"


def largest_in_request() -> int:
    """Return how many bytes a file may have that comes with a form."""
    is_bounded = in_function(os.environ) or uploads_bucket(os.environ) is not None
    return min(LARGEST_REQUEST, largest_upload()) if is_bounded else largest_upload()


def offer(into: UploadBucket, user: Any) -> dict[str, Any]:
    """Return, for a script, where `user` may send one file and by what the form names it then."""
    address = into.address(largest=largest_upload())
    uploaded = signing.dumps([address.key, user.pk], salt=_SALT)
    return {**asdict(address), "key": None, "uploaded": uploaded}


def key_of(uploaded: str, user: Any) -> str:
    """Return where the file lies that `user` has uploaded. Raises UploadNotThere."""
    try:
        key, who = signing.loads(uploaded, salt=_SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, TypeError, ValueError):
        raise UploadNotThere from None
    if who != user.pk:
        raise UploadNotThere
    return str(key)
