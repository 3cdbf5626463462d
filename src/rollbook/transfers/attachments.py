"""Downloads: documents, and files whose text is made while it is sent."""

import os
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from rollbook.core.limited_json import json_text
from rollbook.environ import in_function
from rollbook.transfers.large_downloads import handed_out


def document_attachment(document: Any, name: str) -> HttpResponse:
    """Return a small JSON document as a file to be saved."""
    return HttpResponse(
        json_text(document),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def attachment(parts: Iterator[str], name: str, *, content_type: str) -> HttpResponseBase:
    """Return a file to be saved, streamed where that is possible.

    Raises FileTooLargeHere, UploadsUnavailable where this is a function of AWS.
    """
    headers = {
        "Content-Type": f"{content_type}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    if in_function(os.environ):
        return handed_out(parts, headers)
    return StreamingHttpResponse(parts, headers=headers)
