"""The process that reads a file: what it says is checked, what it may use is limited, it ends."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from rollbook.core.catalogue.students import FIX_IT_ROW, student_catalogue
from rollbook.core.errors import RollbookError
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import LONGEST_DETAIL, Issue, IssueBatch, Severity
from rollbook.core.reading.errors import FileTooLarge, MissingColumns, RepeatedColumn
from rollbook.core.sandbox.answers import Finished, FoundIssues, JudgedRows, Opened, WrittenRows
from rollbook.core.sandbox.errors import ReadingBroke, ReadingKilled
from rollbook.core.sandbox.frames import Garbled, Kind, packed, read_frame, write_frame
from rollbook.core.sandbox.limits import MEMORY
from rollbook.core.sandbox.messages import pack_error, pack_issues, read_answer
from rollbook.core.sandbox.process import Sandbox, first_of
from rollbook.core.sandbox.task import Task, Wanted, unpack_task
from rollbook.core.validation.rows import Rejected

ROWS = b"Student ID,SSID,School\nA1,9,North\n,8,South\nA3,7,West\n"
pytestmark = pytest.mark.usefixtures("readers_from_the_start")

CATALOGUE = student_catalogue()
WAITING = 20.0


@contextmanager
def _sandbox(content: bytes) -> Iterator[tuple[Sandbox, Callable[[Wanted], Task]]]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        with Sandbox(_binary(file), lambda: _binary(tempfile.TemporaryFile())) as sandbox:
            yield (
                sandbox,
                lambda wanted: Task(
                    wanted,
                    "students.csv",
                    len(content),
                    CATALOGUE,
                    FeedRules(headers={"X": "grade"}),
                ),
            )


def _binary(file: object) -> BinaryIO:
    return file  # type: ignore[return-value]


def test_what_is_judged_is_what_is_reported() -> None:
    with _sandbox(ROWS) as (sandbox, task):
        answers = list(sandbox.answers(task(Wanted.JUDGED)))
    judged = [answer for answer in answers if isinstance(answer, JudgedRows)]
    assert b"".join(each.copy_text for each in judged).count(b"\n") == 2
    assert [row for each in judged for row in each.rejected] == [Rejected(3, ("8",))]
    assert isinstance(answers[0], Opened)
    assert answers[0].fields == ("student_id", "ssid", "school")
    filled = {"student_id": 2, "ssid": 3, "school": 3}
    assert answers[-1] == Finished(3, 4, (), (), filled=filled)


def test_the_rejected_rows_are_read_by_a_second_process() -> None:
    with _sandbox(ROWS) as (sandbox, task), sandbox.again() as second:
        answers = second.answers(task(Wanted.REJECTED), {3})
        rows = [row for each in answers if isinstance(each, WrittenRows) for row in each.rows]
    assert rows == [(3, ["", "8", "South"])]


def test_no_cell_of_a_fix_it_file_gains_an_apostrophe_when_its_row_is_rejected_again() -> None:
    whole, damaged = "7,,8,'=x", "8,A1,9,'=x,'@one too many"
    content = f"{FIX_IT_ROW},Student ID,SSID,School\n{whole}\n{damaged}\n".encode()
    with _sandbox(content) as (sandbox, task):
        answers = sandbox.answers(task(Wanted.REJECTED), {2, 3})
        rows = [row for each in answers if isinstance(each, WrittenRows) for row in each.rows]
    assert rows == [(2, ["7", "", "8", "=x"]), (3, ["8", "A1", "9", "=x", "@one too many"])]


def test_memory_that_runs_out_over_the_task_is_reported_as_such() -> None:
    with _sandbox(ROWS) as (sandbox, task), pytest.raises(FileTooLarge, match="more memory"):
        list(sandbox.answers(task(Wanted.REJECTED), range(8_000_000)))


def test_a_limit_of_processor_time_that_the_machine_sets_holds_and_files_are_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "s.csv").write_bytes(ROWS)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "s.csv")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("Finished\n", "")


LIMITED = """
import os, resource, sys, tempfile
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sandbox.task import Task, Wanted
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
path = sys.argv[1]
with open(path, "rb") as file, Sandbox(file, tempfile.TemporaryFile) as sandbox:
    task = Task(Wanted.JUDGED, "s", os.path.getsize(path), student_catalogue(), FeedRules())
    *_, last = sandbox.answers(task)
    print(type(last).__name__)
"""


def test_a_refusal_crosses_with_its_private_part() -> None:
    with (
        _sandbox(b"Room,Seats\n1,2\n") as (sandbox, task),
        pytest.raises(MissingColumns) as refused,
    ):
        list(sandbox.answers(task(Wanted.HEADER)))
    assert "Room" in refused.value.private
    assert "Room" not in str(refused.value)


def test_a_refusal_that_quotes_any_number_of_long_headers_crosses() -> None:
    long = [f"H{number}" + "x" * 900 for number in range(200)]
    same = ["Student" + "_" * 480 + "ID" for _ in range(1_900)]
    for header, refusal in ((long, MissingColumns), (["SSID", *same], RepeatedColumn)):
        content = f"{','.join(header)}\n1,2\n".encode()
        with _sandbox(content) as (sandbox, task), pytest.raises(refusal) as refused:
            list(sandbox.answers(task(Wanted.JUDGED)))
        assert header[1][:400] in refused.value.private
        assert len(refused.value.private) == LONGEST_DETAIL + 1


def test_the_process_gets_no_secret_and_only_the_files_that_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://marker")
    with _sandbox(ROWS) as (sandbox, task):
        first_of(sandbox.answers(task(Wanted.JUDGED)))
        place = Path("/proc") / str(sandbox.pid)
        assert b"marker" not in (place / "environ").read_bytes()
        limits = (place / "limits").read_text()
    assert f"{MEMORY >> 20}" not in limits  # beyond what it had, so it is more
    assert "Max core file size        0 " in limits
    assert "Max processes             0 " in limits


def test_a_process_that_is_killed_is_distinguished_from_a_sound_end() -> None:
    with _sandbox(ROWS) as (sandbox, task):
        os.kill(sandbox.pid, signal.SIGKILL)
        with pytest.raises(ReadingKilled):
            list(sandbox.answers(task(Wanted.JUDGED)))
    with _sandbox(ROWS) as (sandbox, task):
        os.kill(sandbox.pid, signal.SIGSEGV)
        with pytest.raises(ReadingBroke, match="SIGSEGV"):
            list(sandbox.answers(task(Wanted.JUDGED)))
    with _sandbox(ROWS) as (sandbox, task):
        os.kill(sandbox.pid, signal.SIGXCPU)
        with pytest.raises(FileTooLarge, match="longer than its rows explain"):
            list(sandbox.answers(task(Wanted.JUDGED)))


def test_nothing_is_left_of_the_process_after_its_end() -> None:
    with _sandbox(ROWS) as (sandbox, _):
        number = sandbox.pid
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


PARENT = """
import os, sys, tempfile, time
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.sandbox.process import Sandbox, first_of
from rollbook.core.sandbox.task import Task, Wanted
with tempfile.TemporaryFile() as file:
    file.write(b"Student ID,SSID\\n" + b"S1,9\\n" * 2_000_000)
    sandbox = Sandbox(file, tempfile.TemporaryFile)
    task = Task(Wanted.JUDGED, "a.csv", file.tell(), student_catalogue(), FeedRules())
    first_of(sandbox.answers(task))
    print(sandbox.pid, flush=True)
    time.sleep(600)
"""


def test_the_process_ends_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + WAITING
    while _is_running(child):
        assert time.monotonic() < until
        time.sleep(0.05)


def _is_running(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


SAID = ["CODE", "error", "", None, None, None]
PLACE = [[1, None, 1]]


def test_issues_are_read_as_they_were_written() -> None:
    issues = [
        Issue("CODE", Severity.ERROR, "Bad.", 7, "0012", "Level", "grade", "Ñ"),
        Issue("CODE", Severity.ERROR, "Bad.", 8, None, "Level", "grade", "Ñ"),
        Issue("OTHER", Severity.WARNING, ""),
    ]
    payload = pack_issues(IssueBatch.of(issues))
    answer = read_answer(Kind.ISSUES, payload, CATALOGUE)
    assert isinstance(answer, FoundIssues)
    assert list(answer.issues) == issues
    assert len(answer.issues.kinds) == 2


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (Kind.TASK, b"{}"),
        (Kind.OPENED, b"{}"),
        (Kind.OPENED, b"[" * 100_000),
        (Kind.ISSUES, packed([[["x; drop", *SAID[1:]]], [0], PLACE])),
        (Kind.ISSUES, packed([[["CODE", "fatal", *SAID[2:]]], [0], PLACE])),
        (Kind.ISSUES, packed([[["CODE", "error", "\0", *SAID[3:]]], [0], PLACE])),
        (Kind.ISSUES, packed([[SAID[:5]], [0], PLACE])),
        (Kind.ISSUES, packed([[[*SAID[:4], "no_field", None]], [0], PLACE])),
        (Kind.ISSUES, packed([[SAID], [1], PLACE])),
        (Kind.ISSUES, packed([[SAID], [-1], PLACE])),
        (Kind.ISSUES, packed([[SAID], [False], PLACE])),
        (Kind.ISSUES, packed([[SAID], [0.0], PLACE])),
        (Kind.ISSUES, packed([[SAID], {"0": 0}, PLACE])),
        (Kind.ISSUES, packed([[SAID], [0, 0], PLACE])),
        (Kind.ISSUES, packed([[SAID], [0], [[-1, None, 1]]])),
        (Kind.ISSUES, packed([[SAID], [0], [[1.0, None, 1]]])),
        (Kind.ISSUES, packed([[SAID], [0], [[True, None, 1]]])),
        (Kind.ISSUES, packed([[SAID], [0], [[1, None, 2]]])),
        (Kind.ISSUES, packed([[SAID], [0], [[1, None, 10**12]]])),
        (Kind.ISSUES, packed([[SAID], [0], [[1, None, -1], *PLACE, *PLACE]])),
        (Kind.ISSUES, packed([[SAID], [0], [[1, "7\0", 1]]])),
        (Kind.ISSUES, packed([[SAID], [0], [[1, 7, 1]]])),
        (Kind.ISSUES, b'[[["CODE","error","\\ud800",null,null,null]],[0],[[1,null,1]]]'),
        (Kind.ISSUES, b'[[["CODE","error","",null,null,null]],[0],[[1,"\\ud800",1]]]'),
        (Kind.NOTES, packed(["x" * 200_000])),
        (Kind.CHUNK, b"[1,0,[]]\n\\.\n"),
        (Kind.CHUNK, b"[2,0,[]]\n1\tA\n\\.\n"),
        (Kind.CHUNK, b"[1,0,[]]\n1\tA\n2\tB\n"),
        (Kind.CHUNK, b"[0,0,[]]\n1\tA"),
        (Kind.ROWS, packed([[1, [2]]])),
        (
            Kind.FINISHED,
            packed({"records": 1, "records_read": 1, "set_aside": ["no"], "uneven": []}),
        ),
        (Kind.REFUSED, packed(["SystemExit", "", {}])),
        (Kind.REFUSED, packed(["NotATable", "", {}])),
    ],
)
def test_what_a_process_taken_over_says_is_not_believed(kind: Kind, payload: bytes) -> None:
    with pytest.raises(Garbled):
        read_answer(kind, payload, CATALOGUE)


def test_a_length_beyond_all_bounds_is_not_waited_for() -> None:
    given = iter([bytes([Kind.CHUNK]) + b"\xff\xff\xff\xff"])
    with pytest.raises(Garbled):
        read_frame(lambda size: next(given))


def test_an_error_of_another_tree_does_not_cross() -> None:
    class Elsewhere(RollbookError):
        """Elsewhere."""

    with pytest.raises(Garbled):
        read_answer(Kind.REFUSED, pack_error(Elsewhere()), CATALOGUE)


def test_a_task_crosses_whole() -> None:
    rules = FeedRules(required=("ssid",), values={"grade": {"KG": "K"}}, blank_markers=("?",))
    task = Task(Wanted.HEADER, "a.csv", 5, CATALOGUE, rules)
    assert unpack_task(task.pack()) == task


def test_frames_cross_a_pipe_whole() -> None:
    reading, writing = os.pipe()
    write_frame(writing, Kind.NOTES, b"some")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert read_frame(pipe.read) == (Kind.NOTES, b"some")
        assert read_frame(pipe.read) is None
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY  # ours is free
