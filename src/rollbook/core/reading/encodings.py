"""The encodings in which a text file may be written."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` and `errors` as Python's `open` takes them; `name` for people."""

    name: str
    codec: str
    errors: str = "surrogateescape"


UTF_8: Final = Encoding("utf-8", "utf-8-sig")
WINDOWS_1252: Final = Encoding("windows-1252", "cp1252")
MAC_ROMAN: Final = Encoding("mac-roman", "mac_roman")
CP850: Final = Encoding("cp850", "cp850")
WINDOWS_1250: Final = Encoding("windows-1250", "cp1250")
UTF_16_LE: Final = Encoding("utf-16-le", "utf-16-le", "strict")
UTF_16_BE: Final = Encoding("utf-16-be", "utf-16-be", "strict")
# With a byte order mark, which Python's "utf-16" obeys and takes off.
UTF_16_LE_MARKED: Final = Encoding("utf-16-le", "utf-16", "strict")
UTF_16_BE_MARKED: Final = Encoding("utf-16-be", "utf-16", "strict")

TOLD: Final = {
    encoding.name: encoding
    for encoding in (
        UTF_8,
        WINDOWS_1252,
        MAC_ROMAN,
        CP850,
        Encoding("cp437", "cp437"),
        WINDOWS_1250,
        Encoding("windows-1254", "cp1254"),
        Encoding("iso-8859-2", "iso8859_2"),
    )
}
"""What a feed may say that its files are written in. UTF-16 shows itself and is never told."""

SPOKEN: Final = {
    "utf-8": "UTF-8",
    "windows-1252": "Windows-1252 (“CSV” of a spreadsheet program on Windows)",
    "mac-roman": "MacRoman (“CSV (Macintosh)” of a spreadsheet program)",
    "cp850": "code page 850, in whose letters 437 is the same (“CSV (MS-DOS)”)",
    "cp437": "code page 437 (“CSV (MS-DOS)”)",
    "windows-1250": "Windows-1250 (Central European)",
    "windows-1254": "Windows-1254 (Turkish)",
    "iso-8859-2": "ISO 8859-2 (Central European)",
}
"""What people may know an encoding by."""
