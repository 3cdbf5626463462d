"""SFTP servers on loopback for tests: a real OpenSSH, and asyncssh's with faults on demand."""

import asyncio
import getpass
import os
import shutil
import socket
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from tests.doubles.ports import free_port

SSHD = "/usr/sbin/sshd"


@dataclass(frozen=True, slots=True)
class RunningServer:
    """Where a server listens and how to sign in."""

    host: str
    port: int
    user: str
    host_key: str
    private_key: str | None = None
    authorized_keys: Path | None = None
    password: str | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """Options of `feeds add` that lead there. Its key is still to be confirmed."""
        return ("--host", self.host, "--port", str(self.port), "--user", self.user)

    @property
    def trusted_options(self) -> tuple[str, ...]:
        """The same with its key."""
        return (*self.options, "--host-key", self.host_key)


def key_line(key: asyncssh.SSHKey) -> str:
    return " ".join(key.export_public_key().decode().split()[:2])


@contextmanager
def openssh_server(
    folder: Path, *, settings: str = "", key_type: str = "ssh-ed25519"
) -> Iterator[RunningServer]:
    """OpenSSH's own server as the current user; the session starts in `folder`.

    A missing sshd is an error and no reason to skip: these tests are the ones that count.
    """
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin") or SSHD
    host_key = asyncssh.generate_private_key(key_type)
    user_key = asyncssh.generate_private_key("ssh-ed25519")
    port = free_port()
    # sshd's own parent folder for its unprivileged part; packages make it at boot only.
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        config = _write_sshd_config(Path(name), folder, port=port, settings=settings)
        host_key.write_private_key(config.parent / "host_key")
        (config.parent / "host_key").chmod(0o600)
        user_key.write_public_key(config.parent / "authorized_keys")
        process = subprocess.Popen([sshd, "-D", "-e", "-f", str(config)], stderr=subprocess.PIPE)
        try:
            _wait_for(port, process)
            yield RunningServer(
                host="127.0.0.1",
                port=port,
                user=getpass.getuser(),
                host_key=key_line(host_key),
                private_key=user_key.export_private_key().decode(),
                authorized_keys=config.parent / "authorized_keys",
            )
        finally:
            process.terminate()
            process.communicate()


def _write_sshd_config(home: Path, folder: Path, *, port: int, settings: str) -> Path:
    config = home / "sshd_config"
    config.write_text(
        f"{settings}\n"
        f"ListenAddress 127.0.0.1:{port}\n"
        f"HostKey {home}/host_key\n"
        f"AuthorizedKeysFile {home}/authorized_keys\n"
        f"PidFile none\n"
        f"StrictModes no\n"
        f"PasswordAuthentication no\n"
        f"KbdInteractiveAuthentication no\n"
        f"Subsystem sftp internal-sftp -d {folder}\n"
    )
    return config


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"sshd ended: {process.communicate()[1].decode()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise RuntimeError("sshd does not listen")


@dataclass(slots=True)
class Faults:
    """What the server shall do wrong."""

    cut_after: int | None = None
    """Cut the connection once so many bytes have been read."""
    cut_when_connected: bool = False
    cut_when_listed: bool = False
    grow_by: int = 0
    """Append so many bytes to a file whenever it is looked at."""
    grow_times: int = 0
    rewrite_when_opened: bool = False
    extra_names: tuple[bytes, ...] = ()
    """Names that every listing holds besides the real ones."""
    silent_at: str = ""
    """The step that is never answered: one of `SIGNING_IN` or `ASKING`."""
    cut_at: str = ""
    """The step, one of `ASKING`, at which the connection is cut."""
    is_endless: bool = False
    """A listing never comes to an end."""
    name_length: int = 8
    """How long the names of an endless listing are."""
    says: Mapping[str, int | None] = field(default_factory=dict)
    """What is said of every file, such as `size` or `mtime`, whatever is true; None: nothing."""
    lists: Mapping[str, int | None] = field(default_factory=dict)
    """The same in a listing alone."""
    longnames: bool = False
    """A listing shows each name as `ls -l` does."""
    refuses: frozenset[str] = frozenset()
    """Names that may not be looked at."""
    delay: float = 0.0
    """Seconds before each answer about a file."""
    is_read_only: bool = False
    """Nothing may be renamed, removed or made."""
    later_flags: int = 0
    """Flags of attributes that version 3 does not have are set."""
    later_bytes: int = 0
    """So many bytes stand for them behind the times."""
    asked: list[str] = field(default_factory=list)
    """The names that were asked about, one by one."""
    drip: float = 0.0
    """Seconds before each answer to a read."""
    extra_bytes: int = 0
    """So many bytes more than asked for are sent with each answer to a read."""
    missing_bytes: int = 0
    """So many bytes fewer."""
    sign_in_delay: float = 0.0
    has_keyboard_interactive_only: bool = False
    factors: tuple[str, ...] = ()
    """What must be shown, one after the other: "key", "password", "questions"."""
    questions: tuple[tuple[str, ...], ...] = (("Password: ",),)
    """What is asked interactively, round by round."""
    instructions: str = ""
    is_expired: bool = False
    """A right password must be changed first."""
    user_key: asyncssh.SSHKey | None = None
    sftp: bool = True
    seen: list[str] = field(default_factory=list)
    """Every sign-in that was attempted: "password", "key"."""
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    opened: list[Any] = field(default_factory=list)
    """Files that the server has opened: one that is cut off does not close them."""

    @property
    def is_mute(self) -> bool:
        return self.silent_at in ("channel", "subsystem")

    async def meet(self, step: str) -> None:
        """Come to a step of a session: fall silent there, or cut the connection."""
        if step == self.silent_at:
            await asyncio.Event().wait()
        if step == self.cut_at:
            for connection in self.connections:
                connection.abort()


SIGNING_IN = ("sign-in", "channel", "subsystem")
ASKING = ("listing", "stat", "open", "read", "close")
USER, PASSWORD = "district", "S3cret-\u00fcber-w0rd"


class _Mute(asyncssh.SSHServerSession[bytes]):
    """Starts SFTP, and then does not even say which version it speaks."""

    def subsystem_requested(self, subsystem: str) -> bool:
        return True


class _Server(asyncssh.SSHServer):
    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.shown = 0
        self.round = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.faults.connections.append(conn)
        if self.faults.cut_when_connected:
            conn.abort()
        self.conn, self.let_in = conn, conn.send_userauth_success
        conn.send_userauth_success = self._go_on  # type: ignore[method-assign]

    async def _go_on(self) -> None:
        """Let the user in, or ask for the next factor."""
        self.shown += 1
        if self.shown < len(self.faults.factors):
            self.conn.send_userauth_failure(True)
        else:
            await self.let_in()

    def _wants(self, factor: str, otherwise: bool) -> bool:
        factors = self.faults.factors
        return factors[self.shown : self.shown + 1] == (factor,) if factors else otherwise

    async def begin_auth(self, username: str) -> bool:
        await asyncio.sleep(self.faults.sign_in_delay)
        await self.faults.meet("sign-in")
        return True

    def session_requested(self) -> Any:
        """Asked only where the server has no SFTP of its own."""
        return self._mute_session() if self.faults.is_mute else False

    async def _mute_session(self) -> asyncssh.SSHServerSession[bytes]:
        await self.faults.meet("channel")
        return _Mute()

    def password_auth_supported(self) -> bool:
        return self._wants("password", not self.faults.has_keyboard_interactive_only)

    def validate_password(self, username: str, password: str) -> bool:
        self.faults.seen.append("password")
        is_right = (username, password) == (USER, PASSWORD)
        if is_right and self.faults.is_expired:
            raise asyncssh.PasswordChangeRequired("Choose another one")
        return is_right

    def kbdint_auth_supported(self) -> bool:
        return self._wants("questions", self.faults.has_keyboard_interactive_only)

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return self._questions()

    def _questions(self) -> tuple[str, str, str, list[tuple[str, bool]]]:
        asked = self.faults.questions[self.round]
        return "", self.faults.instructions, "", [(text, False) for text in asked]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> Any:
        self.faults.seen.append("answer")
        expected = [PASSWORD] * len(self.faults.questions[self.round])
        if (username, list(responses)) != (USER, expected):
            return False
        self.round += 1
        return self.round == len(self.faults.questions) or self._questions()

    def public_key_auth_supported(self) -> bool:
        return self._wants("key", self.faults.user_key is not None)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        self.faults.seen.append("key")
        known = self.faults.user_key
        return known is not None and key == known.convert_to_public()


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: Any, *, root: Path, faults: Faults) -> None:
        super().__init__(channel, chroot=str(root).encode())
        self.faults = faults
        self.root = root
        self.sent = 0
        self.one_by_one = asyncio.Lock()

    async def read(self, file_obj: Any, offset: int, size: int) -> Any:
        await self.faults.meet("read")
        async with self.one_by_one:
            await asyncio.sleep(self.faults.drip)
        self.sent += size
        if self.faults.cut_after is not None and self.sent > self.faults.cut_after:
            self.channel.get_connection().abort()
        block = super().read(file_obj, offset, size)
        assert isinstance(block, bytes)
        wanted = len(block) - self.faults.missing_bytes
        return block[:wanted] + b"x" * self.faults.extra_bytes

    async def stat(self, path: bytes) -> Any:
        self.faults.asked.append(path.decode(errors="replace"))
        await asyncio.sleep(self.faults.delay)
        await self.faults.meet("stat")
        if path.decode(errors="replace").lstrip("/") in self.faults.refuses:
            raise asyncssh.SFTPPermissionDenied("not you")
        if self.faults.grow_times > 0 and self.faults.grow_by:
            self.faults.grow_times -= 1
            self._append(path)
        attrs = asyncssh.SFTPAttrs.from_local(Path(os.fsdecode(self.map_path(path))).stat())
        return self._said(attrs, self.faults.says)

    def _check_may_write(self) -> None:
        if self.faults.is_read_only:
            raise asyncssh.SFTPPermissionDenied("not you")

    def rename(self, oldpath: bytes, newpath: bytes) -> Any:
        self._check_may_write()
        return super().rename(oldpath, newpath)

    def remove(self, path: bytes) -> Any:
        self._check_may_write()
        return super().remove(path)

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> Any:
        self._check_may_write()
        return super().mkdir(path, attrs)

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Any:
        await self.faults.meet("open")
        if self.faults.rewrite_when_opened:
            self._append(path)
        file = super().open(path, pflags, attrs)
        self.faults.opened.append(file)
        return file

    async def close(self, file_obj: Any) -> None:
        await self.faults.meet("close")
        super().close(file_obj)

    async def scandir(self, path: bytes) -> Any:
        await self.faults.meet("listing")
        if self.faults.cut_when_listed:
            self.channel.get_connection().abort()
        async for entry in super().scandir(path):
            name, attrs = os.fsencode(entry.filename), entry.attrs
            shown = b"d" if stat.S_ISDIR(attrs.permissions or 0) else b"-"
            if self.faults.longnames:
                entry.longname = shown + b"rw-r--r-- 1 district " + name
            entry.attrs = self._said(attrs, {**self.faults.says, **self.faults.lists})
            yield entry
        for name in self.faults.extra_names:
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(permissions=0o100644, size=1))
        while self.faults.is_endless:
            await asyncio.sleep(0)
            name = b"x" * self.faults.name_length
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(permissions=0o100644, size=1))

    def _said(
        self, attrs: asyncssh.SFTPAttrs, says: Mapping[str, int | None]
    ) -> asyncssh.SFTPAttrs:
        for name, value in says.items():
            setattr(attrs, name, value)
        if self.faults.later_flags:
            kind = type("_LaterAttrs", (_LaterAttrs,), {"of": self.faults})
            attrs.__class__ = kind
        return attrs

    def _append(self, path: bytes) -> None:
        with (self.root / path.decode().lstrip("/")).open("ab") as file:
            file.write(b"x" * max(1, self.faults.grow_by))


class _LaterAttrs(asyncssh.SFTPAttrs):
    """Sets flags that the version does not have, with bytes behind the times."""

    of: Faults

    def encode(self, sftp_version: int) -> bytes:
        plain = super().encode(sftp_version)
        flags = int.from_bytes(plain[:4], "big") | self.of.later_flags
        return flags.to_bytes(4, "big") + plain[4:] + b"\0" * self.of.later_bytes


@contextmanager
def asyncssh_server(
    folder: Path, *, faults: Faults | None = None, key_type: str = "ssh-ed25519", **options: Any
) -> Iterator[RunningServer]:
    """asyncssh's server in a thread; `options` go to `asyncssh.listen`, such as `kex_algs`."""
    faults = faults or Faults()
    host_key = asyncssh.generate_private_key(key_type)
    settings = {
        "server_host_keys": [host_key],
        "server_factory": lambda: _Server(faults),
        "sftp_factory": (lambda channel: _Files(channel, root=folder, faults=faults))
        if faults.sftp and not faults.is_mute
        else None,
        "allow_scp": False,
        "config": None,
        **options,
    }
    with _in_thread(settings, faults.connections) as port:
        yield RunningServer(
            host="127.0.0.1",
            port=port,
            user=USER,
            host_key=key_line(host_key),
            password=PASSWORD,
        )
    for file in faults.opened:
        file.close()


@contextmanager
def _in_thread(
    settings: dict[str, Any], connections: list[asyncssh.SSHServerConnection]
) -> Iterator[int]:
    started: list[int] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        listener = await asyncssh.listen("127.0.0.1", 0, **settings)
        started.append(listener.get_port())
        ready.set()
        await stop.wait()
        listener.close()
        for _ in range(5):  # what was just accepted is a connection a few rounds later
            await asyncio.sleep(0)
        for connection in connections:
            connection.abort()
            await connection.wait_closed()
        await listener.wait_closed()

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(serve())
        finally:
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield started[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
