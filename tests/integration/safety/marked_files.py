"""Files and servers with a marker in every place where text comes from outside."""

import asyncio
import contextlib
import gzip
import io
import re
import socket
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import openpyxl

from tests.integration.cli.commands import HEADER, student

MARKED = re.compile(r"zyx\w{1,40}qvw", re.IGNORECASE)
"""What every marker looks like, whatever becomes of its case."""


def mark(place: str) -> str:
    return f"Zyx{place}qvw"


def sound(count: int = 60) -> list[str]:
    return [student(number) for number in range(100, 100 + count)]


def with_issues() -> bytes:
    """Markers in preamble, unknown headers, cells good and bad, damaged rows and the footer."""
    header = f"{HEADER},{mark('HEADER')},{mark('TERM')} Fall 2031"
    rows = [
        f"{mark('PREAMBLE')} report of {mark('PREAMBLE2')}",
        header,
        *(f"{row},," for row in sound()),
        f"{mark('ID')}1,{mark('SSID')}2,{mark('LAST')},{mark('FIRST')},3,98.00,2.00,"
        f"{mark('SCHOOL')},3,{mark('CELL')},",
        f"0000002,9000000002,Lovelace,Ada,{mark('COUNT')},{mark('PERCENT')},{mark('PERCENT2')},"
        f"{mark('SCHOOL2')},{mark('GRADE')},,",
        f"0000003,9000000003,Lovelace,{mark('LONG') * 40},3,98.00,2.00,North,3,,",
        f"0000004,9000000004,{mark('SHORT')}",
        f'0000005,9000000005,"{mark("QUOTE")},Ada,3,98.00,2.00,North,3,,',
        f"0000006,9000000006,Lovelace,{mark('TWICE')},3,98.00,2.00,North,3,,",
        f"0000006,9000000006,Lovelace,{mark('TWICE2')},4,98.00,2.00,North,3,,",
        f"Total: {mark('FOOTER')}",
    ]
    return ("\n".join(rows) + "\n").encode()


def text_of(*rows: str) -> bytes:
    return ("\n".join(rows) + "\n").encode()


def too_many_rejected() -> bytes:
    bad = (f",{9_000_000 + n},{mark('HELD')},Ada,3,98.00,2.00,{mark('HELD2')},3" for n in range(29))
    return text_of(HEADER, *bad, *sound(30))


def workbook(*sheets: str, rows: tuple[str, ...] = (HEADER, *sound(10))) -> bytes:
    book = openpyxl.Workbook()
    for name in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row.split(","))
    del book["Sheet"]
    book.properties.title = mark("TITLE")
    book.properties.creator = mark("CREATOR")
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def archive(**members: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as packed:
        for name, data in members.items():
            packed.writestr(f"{mark(name)}.csv", data)
        packed.comment = mark("COMMENT").encode()
    return into.getvalue()


def refused_files() -> dict[str, tuple[str, bytes]]:
    """Files by the reason for which they are refused or held, each with a marker as its name."""
    student_first = f"1234567,{mark('FIRSTLINE')},12/03/2026,Fighting,School"
    text = f"{mark('PROSE')} Smith,Fights, bites, and was {mark('PROSE2')}"
    whole = archive(INNER=text_of(HEADER, *sound(5)))
    return {
        "student-first": ("no_header_row", text_of(student_first, *[student_first] * 5)),
        "prose": ("missing_columns", text_of(text, "she was, however, sorry", "")),
        "near-header": ("missing_columns", text_of(f"Student ID,{mark('NEAR')} SSID", "1,2")),
        "twice": ("repeated_columns", text_of(f"{HEADER},student_id,{mark('EXTRA')}", student(1))),
        "sheets": ("missing_columns", workbook(mark("SHEET"), rows=(f"{mark('SHARED')},x",))),
        "archive": ("nothing_inside", archive(MEMBER=b"x", MEMBER2=b"y")),
        "cut-archive": ("file_damaged", whole[: len(whole) // 2]),
        "cut-gzip": ("file_damaged", gzip.compress(text_of(HEADER, mark("GZIP") * 9999))[:-9]),
        "pdf": ("not_a_table", b"%PDF-1.7 " + mark("PDF").encode()),
        "page": ("not_a_table", f"<html><title>{mark('PAGE')}</title>".encode()),
        "json": ("not_a_table", f'{{"{mark("JSON")}": 1}}'.encode()),
        "nobody": ("no_students", text_of(HEADER, f",,{mark('ONLY')},x,,,,,")),
        "held": ("held", too_many_rejected()),
        "empty": ("file_empty", b""),
    }


class TalkativeServer(asyncssh.SSHServer):
    """Says a marker wherever SSH lets a server speak before the sign-in, and then refuses it."""

    def __init__(self, way: str) -> None:
        self._way = way

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        self._connection.send_auth_banner(mark("BANNER"))
        if self._way == "disconnect":
            raise asyncssh.DisconnectError(asyncssh.DISC_BY_APPLICATION, mark("DISCONNECT"))
        return True

    def password_auth_supported(self) -> bool:
        return self._way != "prompt"

    def validate_password(self, username: str, password: str) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return self._way == "prompt"

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return mark("CHALLENGE"), mark("INSTRUCTION"), "", [(mark("PROMPT"), False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        return False


@contextmanager
def server_of_odd_algorithms() -> Iterator[int]:
    """Greets with a marker, offers algorithms that are markers, and hangs up."""
    offered = ",".join(mark(name) for name in ("KEX", "ALGORITHM")).encode()
    lists = b"".join(len(offered).to_bytes(4, "big") + offered for _ in range(10))
    payload = bytes([20]) + bytes(16) + lists + bytes(5)
    padding = 16 - (len(payload) + 5) % 16 + 4
    packet = (len(payload) + padding + 1).to_bytes(4, "big") + bytes([padding]) + payload
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    with client, contextlib.suppress(OSError):
                        client.sendall(
                            f"{mark('GREETING')}\r\nSSH-2.0-x\r\n".encode()
                            + packet
                            + bytes(padding)
                        )
                        client.shutdown(socket.SHUT_WR)
                        client.settimeout(2)
                        while client.recv(4096):
                            pass

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


@contextmanager
def talkative_server(way: str) -> Iterator[tuple[int, str]]:
    """Give its port and host key."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop, ready = asyncio.new_event_loop(), threading.Event()
    port: list[int] = []

    async def serve() -> None:
        listener = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[key],
            config=None,
            server_factory=lambda: TalkativeServer(way),
        )
        port.append(listener.get_port())
        ready.set()
        await asyncio.Event().wait()

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(serve())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    yield port[0], " ".join(key.export_public_key().decode().split()[:2])
    loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
    thread.join(10)


def put(folder: Path, name: str, data: bytes = b"x") -> None:
    import os
    import time

    (folder / name).write_bytes(data)
    old = time.time() - 3600
    os.utime(folder / name, (old, old))
