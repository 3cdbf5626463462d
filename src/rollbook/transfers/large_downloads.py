"""Downloads of a function of AWS, which answers with 6 MB at once, and no more.

A larger file goes encrypted into the bucket through which large uploads come, and the answer says
where it lies: an address that is good for a moment, and only for this file. Who is sent there was
let in by the page, and is on record, as with any download.
"""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from typing import BinaryIO, Final

from django.http import FileResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from rollbook.core.errors import RollbookError
from rollbook.core.upload_bucket import UploadBucket
from rollbook.environ import uploads_bucket
from rollbook.home import home, scratch_file

LARGEST_ANSWER: Final = 4_400_000
"""Bytes of a file that fit into the 6 MB of an answer in Base64, beside its headers."""
LARGEST: Final = 256 << 20
"""Bytes of a file that the pages' function has disk and time for."""


class FileTooLargeHere(RollbookError):
    """The file is larger than {megabytes} MB, the most that the pages on AWS hand out.

    Nothing was changed, and the file wasn't made.

    Make it with the command line, or ask for less."""

    reason = "download_too_large"


class FileElsewhere(HttpResponseRedirect):
    """The way to a file that was written for this answer: who follows it sees what is in it."""

    status_code = 303


def handed_out(lines: Iterable[str], headers: dict[str, str]) -> HttpResponseBase:
    """Return the file whole, here or from the bucket; `headers` say its type and name.

    Raises FileTooLargeHere, UploadsUnavailable.
    """
    with ExitStack() as opened:
        file = opened.enter_context(scratch_file(home(os.environ)))
        size = _write(lines, file)
        if size <= LARGEST_ANSWER:
            opened.pop_all()
            kind, named = headers["Content-Type"], headers["Content-Disposition"]
            return FileResponse(file, content_type=kind, headers={"Content-Disposition": named})
        name = uploads_bucket(os.environ)
        if name is None:
            raise FileTooLargeHere(megabytes=LARGEST_ANSWER >> 20)
        bucket = UploadBucket(name, os.environ.get("AWS_REGION"))
        return FileElsewhere(bucket.keep(file, headers=headers))


def _write(lines: Iterable[str], file: BinaryIO) -> int:
    """Write the file and go to its beginning; return its size. Raises FileTooLargeHere."""
    size = 0
    for line in lines:
        size += file.write(line.encode())
        if size > LARGEST:
            raise FileTooLargeHere(megabytes=LARGEST >> 20)
    file.seek(0)
    return size
