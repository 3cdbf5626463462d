"""`rollbook feeds map`: what a feed's headers, values and blank markers mean."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database, home
from rollbook.cli.console import plain_console, print_table
from rollbook.cli.error_texts import error_text
from rollbook.core.errors import FileRefused, UsageError
from rollbook.core.feed_settings import IGNORE
from rollbook.core.quantities import counted
from rollbook.core.visible import visible

if TYPE_CHECKING:
    from rollbook.core.catalogue.students import Catalogue
    from rollbook.core.feed_settings import FeedRules
    from rollbook.core.issues import Issue
    from rollbook.core.mapping import HeaderMeaning
    from rollbook.core.renamed_columns import LastColumn
    from rollbook.records.operations.mappings import MappingChange

Texts = list[str] | None
Header = Annotated[
    Texts, typer.Option("--header", help="Match a column: 'Days Absent=absences_ytd'.")
]
Value = Annotated[Texts, typer.Option("--value", help="Match a value: 'grade:Kinder=K'.")]
Blank = Annotated[Texts, typer.Option("--blank", help="A value that means blank in every column.")]
RemoveHeader = Annotated[Texts, typer.Option("--remove-header", help="Forget a column.")]
RemoveValue = Annotated[
    Texts, typer.Option("--remove-value", help="Forget a value: 'grade:Kinder'.")
]
RemoveBlank = Annotated[
    Texts, typer.Option("--remove-blank", help="Forget a value that means blank.")
]
FromFile = Annotated[
    Path | None, typer.Option("--from", help="Show what this file's columns mean.")
]
Others = Annotated[
    bool,
    typer.Option(
        "--ignore-others",
        help="Ignore every unknown column of the --from file, or of the last import.",
    ),
]


def map_feed(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    header: Header = None,
    ignore: Annotated[Texts, typer.Option("--ignore", help="Ignore this column.")] = None,
    value: Value = None,
    blank: Blank = None,
    remove_header: RemoveHeader = None,
    remove_value: RemoveValue = None,
    remove_blank: RemoveBlank = None,
    file: FromFile = None,
    others: Others = False,
    reason: Annotated[str, typer.Option(help="Why; others can read it.")] = "",
) -> None:
    """Show or change what a feed's columns and values mean. Options can be repeated."""
    headers = _headers(header or [], ignore or [])
    values = [_value(each) for each in value or []]
    forgotten = [_of_field(each, "--remove-value") for each in remove_value or []]
    with database():
        from rollbook.records.operations.mappings import MappingChange
        from rollbook.records.queries.feeds import feed_by_name, feed_rules, read_catalogue
        from rollbook.records.queries.jobs import last_columns

        change = MappingChange(
            headers=headers,
            values=values,
            blank_markers=blank or [],
            forgotten_headers=remove_header or [],
            forgotten_values=forgotten,
            forgotten_markers=remove_blank or [],
        )
        is_changed = _change(name, change, reason)
        if others:
            _ignore_others(name, file)
            is_changed = True
        feed = feed_by_name(name)
        rules = feed_rules(feed)
        if file is not None:
            _show_file(file, read_catalogue(), rules, last_columns(feed))
        elif not is_changed:
            _show(name, rules)


def _change(name: str, change: "MappingChange", reason: str) -> bool:
    """Carry out what was asked for; False: nothing was."""
    from rollbook.records.operations.mappings import MappingChange, change_mapping

    if change == MappingChange(
        values=[], blank_markers=[], forgotten_headers=[], forgotten_values=[], forgotten_markers=[]
    ):
        return False
    change_mapping(name, change, actor="command line", reason=reason)
    typer.echo(f"Saved. It applies from the next import of {name}.")
    return True


def _ignore_others(name: str, path: Path | None) -> None:
    from rollbook.records.operations.other_columns import ignore_others
    from rollbook.records.queries.feeds import feed_by_name, feed_rules, read_catalogue
    from rollbook.records.queries.issues import last_examples
    from rollbook.records.queries.jobs import last_header

    feed = feed_by_name(name)
    header, examples = (
        _columns_of(path, read_catalogue(), feed_rules(feed))
        if path is not None
        else (last_header(feed), last_examples(feed.pk))
    )
    if not header:
        raise UsageError(
            what="This feed has no imported file yet.",
            advice="Give a file with --from.",
            field="ignore_others",
        )
    others = ignore_others(name, header, examples, actor="command line")
    count = counted(len(others.ignored), "column")
    typer.echo(f"Ignoring {count} from the next import of {name}.")
    if others.suggested:
        left = ", ".join(visible(header) for header in others.suggested)
        typer.echo(f"Not ignored, because they may be columns that we know: {left}.")


def _headers(mapped: list[str], ignored: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text, field in [*map(_header, mapped), *((text, IGNORE) for text in ignored)]:
        if text in found:
            raise UsageError(what=f"You gave the column “{text}” twice.")
        found[text] = field
    return found


def _header(text: str) -> tuple[str, str]:
    # The last sign: a header may hold one, the name of a field cannot.
    header, sign, field = text.rpartition("=")
    if not sign or not field.strip():
        raise UsageError(
            what="Write --header as 'Their Header=field_name'.",
            advice="To ignore a column, use --ignore.",
        )
    return header, field.strip()


def _value(text: str) -> tuple[str, str, str]:
    given, sign, meant = text.rpartition("=")
    if not sign:
        raise UsageError(what="Write --value as 'field:Their value=our value'.")
    return (*_of_field(given, "--value"), meant)


def _of_field(text: str, option: str) -> tuple[str, str]:
    field, sign, value = text.partition(":")
    if not sign:
        raise UsageError(what=f"Write {option} with a field and a colon: 'grade:Kinder'.")
    return field.strip(), value


def _show(name: str, rules: "FeedRules") -> None:
    rows = [
        (header, field or "(ignored)", "header") for header, field in sorted(rules.headers.items())
    ]
    for field, texts in sorted(rules.values.items()):
        rows += [(text, meant or "(blank)", field) for text, meant in sorted(texts.items())]
    rows += [
        (marker, "(blank)", "every column but names, schools and IDs")
        for marker in rules.blank_markers
    ]
    if rows:
        print_table(["in the file", "is read as", "in"], rows)
    else:
        typer.echo(f"{name} has no mapping of its own. Columns are matched by their usual names.")


def _show_file(
    path: Path, catalogue: "Catalogue", rules: "FeedRules", before: Mapping[str, "LastColumn"]
) -> None:
    from rollbook.core.layouts.recognition import layout_of
    from rollbook.core.mapping import header_meanings
    from rollbook.core.reading.headers import match_columns
    from rollbook.core.renamed_columns import renamed_columns

    header, examples = _columns_of(path, catalogue, rules)
    rows = []
    found = {
        "catalogue": "its usual name",
        "mapping": "your mapping",
        "ignored": "ignored",
        "layout": "the vendor's layout",
        "passed over": "not read by the layout",
    }
    meanings = header_meanings(catalogue, rules, header, examples)
    renamed = {
        each.header: f"unknown; maybe “{each.before}” renamed: {each.field.name}"
        for each in renamed_columns(before, meanings, catalogue, rules)
    }
    for meaning in meanings:
        field = meaning.field.name if meaning.field else meaning.held
        how = found.get(meaning.how) or renamed.get(meaning.header) or _unknown(meaning)
        rows.append((meaning.header or "(unnamed)", field, how))
    print_table(["column", "means", "found by"], rows)
    if layout_of(header, rules) is not None:
        return
    try:
        match_columns(header, catalogue, rules)
    except FileRefused as error:
        # The columns are what was asked for; that an import would refuse them is worth a word.
        message = f"{error_text(error)} {error.private}".strip()
        plain_console().print(message, style="yellow", highlight=False, markup=False)


def _unknown(meaning: "HeaderMeaning") -> str:
    if meaning.unknown_term is not None:
        return f"unknown; the term {meaning.unknown_term} isn't added yet"
    return f"unknown; nearest: {meaning.nearest[0].name}" if meaning.nearest else "unknown"


def _columns_of(
    path: Path, catalogue: "Catalogue", rules: "FeedRules"
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Return a file's header, and a few values of each column that is not known."""
    from contextlib import closing, suppress

    from rollbook.core.column_examples import examples_in
    from rollbook.core.events import ignore
    from rollbook.core.sandbox.answers import FoundIssues
    from rollbook.core.sandbox.process import Sandbox, first_of
    from rollbook.core.sandbox.task import Task, Wanted
    from rollbook.core.sources.local import LocalSource
    from rollbook.environ import largest_file
    from rollbook.home import scratch_file

    folder = home()
    with closing(scratch_file(folder)) as file:
        source = LocalSource(path, largest=largest_file(os.environ))
        fetched = source.fetch(file, listener=ignore)
        with Sandbox(file, lambda: scratch_file(folder)) as sandbox:
            task = Task(Wanted.HEADER, fetched.name, fetched.size, catalogue, rules)
            answers = sandbox.answers(task)
            header = first_of(answers).header
            issues: list[Issue] = []
            with suppress(FileRefused):  # of which the caller tells
                for answer in answers:
                    issues += answer.issues if isinstance(answer, FoundIssues) else ()
    return header, examples_in(issues)
