"""Asks a server what it is and which algorithms it offers, once it has hung up without a reason.

Some servers end the connection as soon as they see no algorithm that they like. What they offer is
the first packet of every SSH connection and is not encrypted (RFC 4253, section 7.1).
"""

import asyncio
import socket
from dataclasses import dataclass
from typing import Final

from rollbook.core.sources.algorithms import Algorithms
from rollbook.core.sources.suggestions import printable

KEXINIT = 20
COOKIE = 16
MAX_PACKET = 35_000
MOST_HEARD = 8_192
"""Bytes; a server may greet with some lines before its version."""
OVER_TLS: Final = "a service over TLS, such as HTTPS or FTPS"
SERVICES: Final = (
    ("a web server (HTTP)", b"HTTP/", ""),
    ("a web server (HTTP)", b"<", ""),
    ("an FTP server", b"220", "FTP"),
    ("an email server (SMTP)", b"220", "SMTP"),
    ("an email server (SMTP)", b"220", "MAIL"),
    ("an FTP server", b"220", ""),
    ("an email server (SMTP)", b"554", ""),
    ("an email server (IMAP)", b"* OK", ""),
    ("an email server (POP3)", b"+OK", ""),
    (OVER_TLS, b"\x15\x03", ""),
    (OVER_TLS, b"\x16\x03", ""),
    ("a Telnet server", b"\xff", ""),
    ("a remote desktop (VNC)", b"RFB ", ""),
)
"""What it is, how its first bytes begin, what they hold (in capitals)."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A kind of algorithm in which server and client have nothing in common."""

    kind: str
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """Something other than SSH: what it is ("": not known), and the first line that it says."""

    name: str
    said: str


async def probe(
    port: socket.socket, ours: Algorithms, *, seconds: float
) -> Mismatch | Service | None:
    """What the server at the other end of `port` is or lacks; None if it does not say."""
    heard = bytearray()
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(sock=port)
            try:
                writer.write(b"SSH-2.0-Rollbook\r\n")
                lists = _name_lists(await _first_packet(reader, heard))
            finally:
                writer.transport.abort()
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
        return as_service(bytes(heard))
    return _compare(ours, lists)


async def _first_packet(reader: asyncio.StreamReader, heard: bytearray) -> bytes:
    await _read_greeting(reader, heard)
    length = int.from_bytes(await reader.readexactly(4), "big")
    if length > MAX_PACKET:
        raise ValueError("not a packet")
    return await reader.readexactly(length)


async def _read_greeting(reader: asyncio.StreamReader, heard: bytearray) -> None:
    """Read the line with the version of SSH; what else is said is in `heard`."""
    while len(heard) < MOST_HEARD:
        # Piece by piece: a server of another kind may say less than a line and wait.
        byte = await reader.readexactly(1)
        heard += byte
        if byte == b"\n" and heard.splitlines()[-1].startswith(b"SSH-"):
            heard.clear()
            return
    raise ValueError("not a greeting")


def as_service(heard: bytes) -> Service | None:
    """Return what says so; None where it says nothing, or that it is SSH."""
    text = heard.decode("ascii", "replace")
    first = text.partition("\n")[0].strip()
    said = f"It says: {printable(first[:200])}" if first.isprintable() and first else ""
    for name, begins, holds in SERVICES:
        if heard.startswith(begins) and holds in text.upper():
            return Service(name, said)
    return Service("", said) if said and not text.startswith("SSH-") else None


def _name_lists(packet: bytes) -> list[tuple[str, ...]]:
    """Key exchange, host keys, ciphers and checksums (each to the server and back)."""
    if packet[1:2] != bytes([KEXINIT]):
        raise ValueError("not the packet that is expected")
    lists = []
    position = 2 + COOKIE
    for _ in range(6):
        end = position + 4 + int.from_bytes(packet[position : position + 4], "big")
        lists.append(tuple(packet[position + 4 : end].decode("ascii").split(",")))
        position = end
    return lists


def _compare(ours: Algorithms, lists: list[tuple[str, ...]]) -> Mismatch | None:
    kex, host_keys, cipher, _, mac, _ = lists
    kinds = [
        ("key exchange", ours.kex, kex),
        ("host key", ours.host_keys, host_keys),
        ("encryption", ours.ciphers, cipher),
    ]
    chosen = next((name for name in ours.ciphers if name in cipher), "")
    if not _checks_itself(chosen):
        kinds.append(("MAC", ours.macs, mac))
    for kind, known, offered in kinds:
        if set(known).isdisjoint(offered):
            return Mismatch(kind, offered)
    return None


def _checks_itself(cipher: str) -> bool:
    return "gcm" in cipher or "poly1305" in cipher
