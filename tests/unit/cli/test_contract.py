"""The contract page says what is there, no more and no less."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import rollbook
from rollbook.cli import contract_texts
from rollbook.core.issue_codes import ISSUE_CODES
from rollbook.core.issues import Findings, Issue, Severity
from rollbook.core.loading.undo import Undone
from rollbook.core.report import EXIT_CODE_OF_HELD, Report, issue_objects
from rollbook.core.table import FileFacts
from tests.doubles.issue_list import IssueList

PAGE = Path(__file__).parents[3] / "docs/reference/contract.md"
PACKAGE = Path(rollbook.__file__).parent
CODE = re.compile(r"[A-Z]+(_[A-Z]+)+")
NO_CODES = {"LC_ALL", "LD_LIBRARY_PATH"}
"""Names of environment variables in `core`."""

pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # Typer's, on import


@pytest.fixture
def contract(django_ready: None) -> Any:
    from rollbook.cli import contract

    return contract


def test_the_page_is_made_from_the_code(contract: Any) -> None:
    assert PAGE.read_text() == contract.contract_reference(), "make docs"


@pytest.mark.usefixtures("django_ready")
def test_the_page_names_each_name_of_a_report() -> None:
    from rollbook.records.operations.undo import Presence

    report = Report()
    report.learn_fetched(name="students.csv", size=1, sha256="0")
    report.learn_facts(FileFacts(name="", size=1, kind="delimited", files=("g1.csv",)))
    report.file["records"] = 0
    report.learn_findings(Findings(IssueList()))
    numbers = asdict(Undone(0, 0, 0, 0)) | asdict(Presence())
    report.undone = {"at": "2026-11-27T10:00:00Z", "by": "ada", "paused": True} | numbers
    names = set(flat(report.as_object(1))) | {"issue_list"}
    assert set(contract_texts.REPORT_FIELDS) == names


def test_the_page_names_each_name_of_an_issue() -> None:
    (issue,) = issue_objects([Issue("NOT_WHOLE", Severity.ERROR, "")], {})
    assert contract_texts.ISSUE_FIELDS.keys() == issue.keys()


def test_the_page_names_each_exit_code(contract: Any) -> None:
    of_errors = {kind.exit_code for kind in contract.every_error()}
    assert contract_texts.EXIT_CODES.keys() == of_errors | {0, EXIT_CODE_OF_HELD, 130}


def test_the_page_names_each_code_of_an_issue() -> None:
    of_one_word = {code for code in ISSUE_CODES if "_" not in code}
    assert set(codes()) - NO_CODES == ISSUE_CODES.keys() - of_one_word
    assert of_one_word == {code for code in refusals() if "_" not in code}


def flat(found: Mapping[str, Any]) -> Iterator[str]:
    for name, value in found.items():
        if name in ("file", "counts", "issues", "undone"):
            yield from (f"{name}.{inner}" for inner in value)
        else:
            yield name


def refusals() -> Iterator[str]:
    """The codes of values that are not imported, also those of one word."""
    for path in (PACKAGE / "core").rglob("*.py"):
        yield from re.findall(r'refuse\(\s*"([A-Z_]+)"', path.read_text())


def codes() -> Iterator[str]:
    """Every text in the code that is written as codes are."""
    for path in (*(PACKAGE / "core").rglob("*.py"), PACKAGE / "automation/after_import.py"):
        if path.name != "issue_codes.py":
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield from [node.value] if CODE.fullmatch(node.value) else []
    for path in (PACKAGE / "core").rglob("*.sql"):
        yield from re.findall(r"'([A-Z]+(?:_[A-Z]+)+)'", path.read_text())
