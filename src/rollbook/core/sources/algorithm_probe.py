"""Asks a server which algorithms it offers, once it has hung up without a reason.

Some servers end the connection as soon as they see no algorithm that they like. What they offer is
the first packet of every SSH connection and is not encrypted (RFC 4253, section 7.1).
"""

import asyncio
import socket
from dataclasses import dataclass

from rollbook.core.sources.algorithms import Algorithms

KEXINIT = 20
COOKIE = 16
MAX_PACKET = 35_000
MAX_LINES = 50
"""A server may greet with some lines before its version."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A kind of algorithm in which server and client have nothing in common."""

    kind: str
    offered: tuple[str, ...]


async def find_mismatch(
    port: socket.socket, ours: Algorithms, *, seconds: float
) -> Mismatch | None:
    """What the server at the other end of `port` lacks; None if nothing, or if it does not say."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(sock=port)
            try:
                lists = _name_lists(await _first_packet(reader, writer))
            finally:
                writer.transport.abort()
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
        return None
    return _compare(ours, lists)


async def _first_packet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(b"SSH-2.0-Rollbook\r\n")
    for _ in range(MAX_LINES):
        if (await reader.readuntil(b"\n")).startswith(b"SSH-"):
            break
    length = int.from_bytes(await reader.readexactly(4), "big")
    if length > MAX_PACKET:
        raise ValueError("not a packet")
    return await reader.readexactly(length)


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
