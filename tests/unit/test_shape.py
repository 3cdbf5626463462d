"""The house style as far as it can be measured."""

import ast
from functools import cache
from pathlib import Path

import rollbook

PACKAGE = Path(rollbook.__file__).parent
INFRA = PACKAGE.parents[1] / "infra"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
DEPLOYED = sorted([*INFRA.glob("*.py"), *INFRA.glob("parts/*.py")])


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def test_a_module_stays_under_300_lines_and_its_functions_under_50() -> None:
    long = [path.name for path in (*MODULES, *DEPLOYED) if len(path.read_text().splitlines()) > 300]
    long += [
        f"{path.name}: {node.name}"
        for path in (*MODULES, *DEPLOYED)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= 50
    ]
    assert long == []


def test_a_template_stays_under_100_lines_of_120_characters() -> None:
    for path in PACKAGE.glob("web/templates/**/*.html"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 100, path
        assert [line for line in lines if len(line) > 120] == [], path


def test_a_module_says_its_purpose() -> None:
    silent = [path for path in MODULES if path.read_text().strip() and not _docstring(path)]
    assert silent == []


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(parsed(path))


def test_only_tables_of_data_keep_their_own_format() -> None:
    others = [
        f"{path.name}:{number}"
        for path in MODULES
        if "fmt: skip" in (source := path.read_text())
        for number, line in enumerate(source.splitlines(), 1)
        if "fmt: skip" in line and number not in _ends_of_tables(path)
    ]
    assert others == []


def _ends_of_tables(path: Path) -> set[int | None]:
    return {
        each.end_lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Module | ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.Assign | ast.AnnAssign)
    }


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    odds = {"utils", "util", "common", "helpers", "helper", "services", "misc", "mixins"}
    assert not odds & {path.stem for path in PACKAGE.rglob("*")}


RUN_WHAT_THEY_READ = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml"}
DECLARED = {"core/temp_queue.py"}
"""Its file has no name and is written and read by one process alone."""


def test_nothing_reads_a_format_that_runs_what_it_reads_but_the_declared_spool() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if _imported(path) & RUN_WHAT_THEY_READ
    }
    assert found <= DECLARED


def test_one_module_makes_the_consoles_that_show_what_cannot_be_seen() -> None:
    makers = [
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Console")
    ]
    assert set(makers) == {"cli/console.py"}


def test_no_page_reads_the_clock_of_the_thread_before_it_is_drawn() -> None:
    """The district's zone becomes the current one with the page's context: before that it is that
    of another request, or UTC."""
    pages = [path for path in MODULES if "pages" in path.parts and "web" in path.parts]
    assert pages
    assert [path.name for path in pages if "localtime" in path.read_text()] == []


def test_no_text_is_run_as_a_program() -> None:
    calls = {
        node.func.id
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"eval", "exec", "compile", "__import__", "import_string", "import_module"}


def _imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def test_broad_excepts_are_only_around_a_job_a_step_of_the_tick_a_command_a_test_and_a_file() -> (
    None
):
    broad = [
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    around_work = {
        "automation/after_import.py",
        "automation/import_job.py",
        "automation/progress_reporter.py",  # a heartbeat must go on
        "automation/tick.py",
        "aws/importer.py",
        "aws/migration.py",
        "aws/pages.py",
        "cli/main.py",
        "doctor/finding.py",
        "web/pages/feeds/connection_tests.py",
    }
    around_a_file = {"core/sandbox/child.py"}
    by_a_library = {"core/reading/xls.py", "core/calendar_file/reading.py"}
    raised_in_another_thread = {"notify/deadline.py"}
    assert set(broad) <= around_work | around_a_file | by_a_library | raised_in_another_thread
