"""Makes readable what some servers write into version 3 of SFTP, though only later ones have it.

They announce a creation time (WS_FTP) or a separate time of modification, with or without its bytes
behind the ones that version 3 knows. asyncssh refuses the whole listing then, so that not one file
of it could be fetched. How many bytes are meant, no server says: the packet itself does, because it
ends exactly where its last name ends.
"""

import struct
from typing import Final

from rollbook.core.sources.ssh import asyncssh

NAME: Final = asyncssh.constants.FXP_NAME
ATTRS: Final = asyncssh.constants.FXP_ATTRS
SIZE, UIDGID, PERMISSIONS, TIMES, EXTENDED = 1, 2, 4, 8, 1 << 31
LATER: Final = 0x10 | 0x20
"""The flags of a creation time and of a time of modification of its own."""
MORE_BYTES: Final = (0, 8, 4, 12, 24)
"""What may follow the times of version 3: nothing, or one to three more times."""


def accept_later_attributes(sftp: asyncssh.SFTPClient) -> None:
    """Let `sftp` read such answers; all others reach it as they are."""
    handler = sftp._handler  # asyncssh has no other way to see a packet first
    process = handler._process_packet

    async def process_cleaned(kind: int, number: int, packet: asyncssh.packet.SSHPacket) -> None:
        if kind in (NAME, ATTRS) and handler.version == 3:
            payload = packet.get_remaining_payload()
            packet = asyncssh.packet.SSHPacket(cleaned(payload, is_listing=kind == NAME))
        await process(kind, number, packet)

    handler._process_packet = process_cleaned  # type: ignore[assignment, method-assign]


def cleaned(payload: bytes, *, is_listing: bool) -> bytes:
    """Return names with attributes, or attributes alone, with only what version 3 knows.

    What cannot be read in any way is returned as it is.
    """
    for more in MORE_BYTES:
        try:
            reader = _Reader(payload, more)
            clean = reader.names() if is_listing else reader.attributes()
            reader.check_end()
        except (struct.error, ValueError):
            continue
        return clean if reader.found_later else payload
    return payload


class _Reader:
    """Reads a payload from its start; `more` bytes follow the times where a later flag is set."""

    def __init__(self, payload: bytes, more: int) -> None:
        self._payload = payload
        self._more = more
        self._at = 0
        self.found_later = False

    def names(self) -> bytes:
        count = self._number()
        if count > len(self._payload):
            raise ValueError("more names than bytes")
        parts = [struct.pack(">I", count)]
        for _ in range(count):
            parts += [self._text(), self._text(), self.attributes()]
        return b"".join(parts)

    def attributes(self) -> bytes:
        flags = self._number()
        parts = [struct.pack(">I", flags & ~LATER)]
        sizes = ((SIZE, 8), (UIDGID, 8), (PERMISSIONS, 4), (TIMES, 8))
        parts += [self._bytes(size) for flag, size in sizes if flags & flag]
        if flags & LATER:
            self.found_later = True
            self._bytes(self._more)
        if flags & EXTENDED:
            count = self._number()
            parts.append(struct.pack(">I", count))
            parts += [self._text() + self._text() for _ in range(min(count, len(self._payload)))]
        return b"".join(parts)

    def check_end(self) -> None:
        if self._at != len(self._payload):
            raise ValueError("bytes are left")

    def _number(self) -> int:
        number: int = struct.unpack_from(">I", self._payload, self._at)[0]
        self._at += 4
        return number

    def _text(self) -> bytes:
        start, size = self._at, self._number()
        self._bytes(size)
        return self._payload[start : self._at]

    def _bytes(self, size: int) -> bytes:
        found = self._payload[self._at : self._at + size]
        if len(found) < size:
            raise ValueError("the packet ends before its content")
        self._at += size
        return found
