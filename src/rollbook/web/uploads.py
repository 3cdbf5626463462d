"""Uploaded bytes wait in an anonymous file in ROLLBOOK_HOME, never in a shared temporary folder."""

import os
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from rollbook.home import home, scratch_file

LARGEST_UPLOAD = 1 << 30
"""Bytes. A million students are less than half of that."""


class AnonymousFileHandler(FileUploadHandler):
    """Writes an upload to a file without a name; one that is too large is broken off."""

    _file: BinaryIO
    _size: int

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self._file, self._size = scratch(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > LARGEST_UPLOAD:
            self._file.close()
            raise StopUpload(connection_reset=True)
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self._file.seek(0)
        return UploadedFile(self._file, self.file_name, self.content_type, file_size)


def scratch() -> BinaryIO:
    """Return an anonymous file in ROLLBOOK_HOME."""
    return scratch_file(home(os.environ))
