"""What kind of marked-up text a file is, by its first bytes."""

import re
from enum import Enum, auto
from typing import Final

from rollbook.core.reading.errors import NotATable


class MarkupKind(Enum):
    HTML = auto()
    MHTML = auto()
    SPREADSHEETML = auto()


_WIDE: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_WORKBOOK = re.compile(r"<(\w+:)?workbook[\s>]", re.IGNORECASE)
SPREADSHEETML: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_HTML = re.compile(
    r"<(!doctype html|!--|/?(html|head|body|table|thead|tbody|tr|td|th|meta|style|title|link|script"
    r"|base|div|span|center|font|form|p|b|i|u|br|hr|h[1-6]|strong|basefont)[\s>/])",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"(mime-version|content-type|from|subject|date|x-[\w-]+)[ \t]*:", re.IGNORECASE
)
_WEB_ARCHIVE = re.compile(r"content-type\s*:\s*(multipart/related|text/html)", re.IGNORECASE)
_TABLE = re.compile(r"<(\w+:)?table[\s>]", re.IGNORECASE)


def markup_kind(head: bytes) -> MarkupKind | None:
    """Return the kind; None for other text. Raises NotATable for other XML."""
    text = _text(head)
    if _MESSAGE.match(text) and _WEB_ARCHIVE.search(text):
        return MarkupKind.MHTML
    if not text.startswith("<"):
        return None
    if SPREADSHEETML in text and _WORKBOOK.search(text):
        return MarkupKind.SPREADSHEETML
    if _HTML.match(text):
        return MarkupKind.HTML
    if text.lower().startswith(("<?xml", "<!doctype")):
        if re.search(r"<html[\s>]", text, re.IGNORECASE):
            return MarkupKind.HTML
        raise NotATable(what="an XML document that isn't a workbook")
    return None


def has_table(head: bytes) -> bool:
    """Tell whether a table of a web page or an XML workbook begins here."""
    return _TABLE.search(_text(head)) is not None


def _text(head: bytes) -> str:
    for mark, codec in _WIDE:
        if head.startswith(mark):
            return head[2:].decode(codec, "ignore").lstrip()
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip("\0 \t\r\n\f")
