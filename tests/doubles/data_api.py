"""The RDS Data API on loopback, over a real PostgreSQL: it keeps to the limits that AWS documents.

It says what AWS's documents say, and was never compared with AWS.
"""

import base64
import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

from tests.doubles.aws_server import NOBODY

CLUSTER: Final = "arn:aws:rds:us-west-2:123456789012:cluster:district"
SECRET: Final = "arn:aws:secretsmanager:us-west-2:123456789012:secret:rds!cluster-1a-AbCdEf"

LARGEST_REQUEST: Final = 4 << 20
LARGEST_RESPONSE: Final = 1 << 20
LARGEST_ROW: Final = 64 << 10
LONGEST_SQL: Final = 65_536
IDLE: Final = 180.0

TYPES: Final = {
    *(
        "bool",
        "bytea",
        "date",
        "cidr",
        "numeric",
        "float8",
        "inet",
        "int4",
        "int2",
        "int8",
        "jsonb",
    ),
    *("json", "float4", "text", "bpchar", "varchar", "name", "time", "timestamp", "timestamptz"),
    *("uuid",),
}
"""Types whose values the Data API returns, and one-dimensional arrays of them; enumerations too."""
HINTS: Final = {
    "DATE": "date", "DECIMAL": "numeric", "JSON": "jsonb", "TIME": "time",
    "TIMESTAMP": "timestamp", "UUID": "uuid",
}  # fmt: skip
TEXT, BOOL, BYTEA, INT8, FLOAT8 = 25, 16, 17, 20, 701

_TOKEN: Final = re.compile(
    r"""'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/|::|:([A-Za-z_]\w*)""",
    re.DOTALL,
)


class Refused(Exception):
    """What AWS answers instead."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


@dataclass
class Transaction:
    connection: "psycopg.Connection[Any]"
    called_at: float
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class DataApi:
    """One cluster with its Data API switched on."""

    url: str
    """Of the PostgreSQL behind it."""
    clock: Callable[[], float] = time.monotonic
    cut_after: float = 45.0
    """Seconds that a statement may take."""
    resuming: int = 0
    """How many calls still find the cluster paused."""
    refusals: list[str] = field(default_factory=list)
    """Codes with which the next calls are refused."""
    on_statement: Callable[[str], None] = lambda sql: None
    statements: list[str] = field(default_factory=list)
    calls: int = 0
    largest_request: int = 0
    environ: dict[str, str] = field(default_factory=dict)
    transactions: dict[str, Transaction] = field(default_factory=dict)
    guard: threading.RLock = field(default_factory=threading.RLock)
    _types: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """What DATABASE_URL is."""
        return f"data-api://{CLUSTER}/rollbook?secret={SECRET}"

    def answer(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        self.end_idle()
        if self.resuming:
            self.resuming -= 1
            raise Refused("DatabaseResumingException", "The database is resuming.")
        if self.refusals:
            raise Refused(self.refusals.pop(0), "SSN 123-45-6789 of account 123456789012")
        if given["resourceArn"] != CLUSTER:
            raise Refused("DatabaseNotFoundException", "no cluster 123456789012", 404)
        if given["secretArn"] != SECRET:
            raise Refused("SecretsErrorException", "no secret 123456789012")
        match operation:
            case "BeginTransaction":
                return {"transactionId": self._begin()}
            case "CommitTransaction":
                return {"transactionStatus": self._end(given["transactionId"], "commit")}
            case "RollbackTransaction":
                return {"transactionStatus": self._end(given["transactionId"], "rollback")}
            case "Execute":
                return self._execute(given)
        raise Refused("BadRequestException", operation)

    def end_idle(self) -> None:
        """End the transactions that nothing has called for three minutes."""
        with self.guard:
            for name, each in list(self.transactions.items()):
                if self.clock() - each.called_at > IDLE and each.lock.acquire(blocking=False):
                    del self.transactions[name]
                    each.connection.close()

    def close(self) -> None:
        for each in self.transactions.values():
            each.connection.close()

    def _connect(self) -> "psycopg.Connection[Any]":
        connection = psycopg.connect(self.url, autocommit=True)
        connection.execute(f"set statement_timeout = {int(self.cut_after * 1000)}")
        return connection

    def _begin(self) -> str:
        connection = self._connect()
        connection.execute("begin")
        name = base64.b64encode(uuid.uuid4().bytes).decode()
        with self.guard:
            self.transactions[name] = Transaction(connection, self.clock())
        return name

    def _end(self, name: str, how: str) -> str:
        found = self._found(name)
        with self.guard:
            self.transactions.pop(name, None)
        with found.lock:
            result = found.connection.pgconn.exec_(how.encode())
            found.connection.close()
        if result.status != ExecStatus.COMMAND_OK:
            raise self._error(result)
        told = result.command_status or b""
        return "Transaction Committed" if told == b"COMMIT" else "Rollback Complete"

    def _found(self, name: str) -> Transaction:
        with self.guard:
            found = self.transactions.get(name)
        if found is None:
            raise Refused("TransactionNotFoundException", "Transaction is not found", 404)
        return found

    def _execute(self, given: dict[str, Any]) -> dict[str, Any]:
        sql = given["sql"]
        if len(sql) > LONGEST_SQL:
            raise Refused("BadRequestException", "The SQL statement is too long")
        assert "formatRecordsAs" not in given
        self.statements.append(sql)
        self.on_statement(sql)
        if (name := given.get("transactionId")) is None:
            connection = self._connect()
            try:
                return self._run(connection, sql, given.get("parameters", []))
            finally:
                connection.close()
        found = self._found(name)
        with found.lock:
            try:
                return self._run(found.connection, sql, given.get("parameters", []))
            finally:
                found.called_at = self.clock()

    def _run(
        self, connection: "psycopg.Connection[Any]", sql: str, parameters: list[dict[str, Any]]
    ) -> dict[str, Any]:
        text, values, kinds = _bound(sql, parameters)
        # The extended protocol takes one statement.
        result = connection.pgconn.exec_params(text.encode(), values, kinds)
        if result.status == ExecStatus.TUPLES_OK:
            return self._rows(result)
        if result.status != ExecStatus.COMMAND_OK:
            raise self._error(result)
        return {"numberOfRecordsUpdated": result.command_tuples or 0, "generatedFields": []}

    def _rows(self, result: PGresult) -> dict[str, Any]:
        columns = []
        for place in range(result.nfields):
            kind, category = self._type(result.ftype(place))
            if kind.removeprefix("_") not in TYPES and category != "E":
                raise Refused("UnsupportedResultException", f"unsupported type {kind}")
            columns.append((_name(result, place), "text" if category == "E" else kind))
        records = []
        for row in range(result.ntuples):
            held = [result.get_value(row, place) for place in range(result.nfields)]
            if sum(len(each or b"") for each in held) > LARGEST_ROW:
                raise Refused("BadRequestException", "A row is larger than 64 KB")
            records.append(
                [_field(value, kind) for value, (_, kind) in zip(held, columns, strict=True)]
            )
        metadata = [{"name": name, "label": name, "typeName": kind} for name, kind in columns]
        return {"records": records, "columnMetadata": metadata, "numberOfRecordsUpdated": 0}

    def _type(self, oid: int) -> tuple[str, str]:
        if oid not in self._types:
            with psycopg.connect(self.url, autocommit=True) as connection:
                found = connection.execute(
                    "select typname, typtype::text from pg_type where oid = %s", [oid]
                ).fetchone()
            assert found is not None
            self._types[oid] = ("text", "E") if found[1] == "e" else (found[0], "")
        return self._types[oid]

    def _error(self, result: PGresult) -> Refused:
        state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
        said = (result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b"").decode()
        detail = (result.error_field(DiagnosticField.MESSAGE_DETAIL) or b"").decode()
        if state == "57014" and "statement timeout" in said:
            return Refused("StatementTimeoutException", "The statement timed out.")
        told = f"ERROR: {said}" + (f"\n  Detail: {detail}" if detail else "")
        return Refused("DatabaseErrorException", f"{told}; SQLState: {state}")


@contextmanager
def data_api(url: str, **settings: Any) -> Iterator[DataApi]:
    """Serve the Data API of a cluster whose database is that of `url`."""
    api = DataApi(url, **settings)

    class Endpoint(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: the second would wait for an acknowledgment

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            size = length + len(self.headers.as_bytes()) + len(self.requestline) + 2
            api.largest_request = max(api.largest_request, size)
            try:
                if size > LARGEST_REQUEST:
                    raise Refused("BadRequestException", "Request size exceeded", 413)
                answer = json.dumps(api.answer(self.path[1:], json.loads(body))).encode()
                if len(answer) > LARGEST_RESPONSE:
                    said = "Database returned more than the allowed response size limit"
                    raise Refused("BadRequestException", said)
                self._send(200, answer, "")
            except Refused as error:
                said = json.dumps({"message": error.message})
                self._send(error.status, said.encode(), error.code)

        def _send(self, status: int, answer: bytes, code: str) -> None:
            with suppress(ConnectionError):  # who asked may be gone
                self.send_response(status)
                if code:
                    self.send_header("x-amzn-ErrorType", code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    api.environ |= NOBODY | {
        "AWS_ENDPOINT_URL_RDS_DATA": f"http://127.0.0.1:{server.server_address[1]}"
    }
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        api.close()


def _bound(sql: str, parameters: list[dict[str, Any]]) -> tuple[str, list[bytes | None], list[int]]:
    """Return the statement with its named places as `$1`, and values and types of these."""
    named = {each["name"]: each for each in parameters}
    places: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        name = found[2]
        if name is None:
            return found[0]
        if name not in named:
            raise Refused("BadRequestException", f"Named parameter {name} is not found")
        number = places.setdefault(name, len(places) + 1)
        hint = named[name].get("typeHint")
        return f"${number}::{HINTS[hint]}" if hint else f"${number}"

    text = _TOKEN.sub(place, sql)
    bound = [_value(named[name]["value"]) for name in places]
    return text, [value for value, _ in bound], [kind for _, kind in bound]


def _value(given: dict[str, Any]) -> tuple[bytes | None, int]:
    """Return a parameter as PostgreSQL takes it, with its type: a text is a text, not unknown."""
    match given:
        case {"isNull": True}:
            return None, 0
        case {"stringValue": text}:
            return text.encode(), TEXT
        case {"blobValue": data}:
            return b"\\x" + base64.b64decode(data).hex().encode(), BYTEA
        case {"booleanValue": value}:
            return b"t" if value else b"f", BOOL
        case {"longValue": value}:
            return str(value).encode(), INT8
        case {"doubleValue": value}:
            return repr(value).encode(), FLOAT8
    raise Refused("BadRequestException", "Array parameters are not supported.")


def _name(result: PGresult, place: int) -> str:
    return (result.fname(place) or b"").decode()


def _field(value: bytes | None, kind: str) -> dict[str, Any]:
    if value is None:
        return {"isNull": True}
    text = value.decode()
    if kind.startswith("_"):
        elements = [_scalar(each, kind[1:]) for each in _elements(text)]
        single = next((next(iter(each)) for each in elements if each), "stringValue")
        held = [each[single] if each else None for each in elements]
        return {"arrayValue": {f"{single}s": held}}
    return _scalar(text, kind) or {"isNull": True}


def _scalar(text: str | None, kind: str) -> dict[str, Any]:
    if text is None:
        return {}
    match kind:
        case "bool":
            return {"booleanValue": text == "t"}
        case "int2" | "int4" | "int8":
            return {"longValue": int(text)}
        case "float4" | "float8":
            return {"doubleValue": float(text)}
        case "bytea":
            return {"blobValue": base64.b64encode(bytes.fromhex(text[2:])).decode()}
        case "timestamptz":
            return {"stringValue": re.sub(r"\+00$", "", text)}
    return {"stringValue": text}


def _elements(text: str) -> list[str | None]:
    if text.startswith("{{"):
        raise Refused("UnsupportedResultException", "multidimensional array")
    found: list[str | None] = []
    for quoted, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)', text):
        if plain:
            found.append(None if plain == "NULL" else plain)
        else:
            found.append(re.sub(r"\\(.)", r"\1", quoted))
    return found
