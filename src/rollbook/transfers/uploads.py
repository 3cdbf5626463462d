"""Uploaded bytes wait in an anonymous file in ROLLBOOK_HOME, never in a shared temporary folder."""

import os
import shutil
from collections.abc import Sequence
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from rollbook.core.file_set import safe_name, write_index
from rollbook.environ import largest_file
from rollbook.home import home, scratch_file

MAY_UPLOAD = "may_upload"
"""Set on the request of a program that has proven that it may."""

LARGEST_UPLOAD = 1 << 30
"""Bytes. A million students are less than half of that."""


class AnonymousFileHandler(FileUploadHandler):
    """Writes an upload to a file without a name; what is too large is read on, but not kept.

    Not broken off: the fields behind the file would be lost with it, and a form without its file
    and its button means something else.
    """

    _file: BinaryIO
    _limit: int
    _taken = 0
    """Bytes of the request's files before this one."""

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self._file = scratch()
        # A form is read before its view can refuse anybody: a stranger could fill the disk.
        self._limit = largest_upload() if _may_upload(self.request) else 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._taken + start + len(raw_data) <= self._limit:
            self._file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self._taken += self._file.tell()
        self._file.seek(0)
        return UploadedFile(self._file, self.file_name, self.content_type, file_size)


def is_cut(file: "UploadedFile[Any]") -> bool:
    """Tell whether the file was larger than what is kept."""
    return (file.size or 0) > largest_upload()


def joined(files: Sequence["UploadedFile[Any]"]) -> tuple[BinaryIO, int]:
    """Return several uploads as one file, and its size in bytes. Raises TooManyFiles."""
    into = scratch()
    write_index(into, [(safe_name(file.name or ""), file.size or 0) for file in files])
    for file in files:
        shutil.copyfileobj(file, into)
    size = into.tell()
    into.seek(0)
    return into, size


def is_utf_8(request: HttpRequest) -> bool:
    """Tell whether a form says that it is written in UTF-8, as ours are, or nothing.

    Python knows codecs that decode no text, and a form in one of them cannot be read.
    """
    charset = (request.content_params or {}).get("charset", "utf-8")
    return charset.lower() in ("utf-8", "utf8", "us-ascii")


def largest_upload() -> int:
    """Return how many bytes of an upload are kept at most."""
    return min(LARGEST_UPLOAD, largest_file(os.environ))


def scratch() -> BinaryIO:
    """Return an anonymous file in ROLLBOOK_HOME."""
    return scratch_file(home(os.environ))


def _may_upload(request: HttpRequest | None) -> bool:
    user: Any = getattr(request, "user", None)
    is_administrator = user is not None and user.is_authenticated and user.is_administrator
    return is_administrator or getattr(request, MAY_UPLOAD, False)
