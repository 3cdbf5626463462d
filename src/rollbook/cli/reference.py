"""The field reference, out of the catalogue's own declarations (`make docs`)."""

import sys

from rollbook.core.catalogue.students import student_catalogue

INTRODUCTION = """\
# Fields

Generated from the catalogue by `make docs`; do not edit.

The specification announces 56 fields, 14 of them attendance. It lists 55, 10 of them attendance,
and its table has columns for those 55; these are they. Headers match whatever their case, blanks,
underscores, hyphens and punctuation; the database column is understood as a header too.

Assessment fields exist once per term. `rollbook terms add "Winter 2026"` adds another term's 18.

| header | column | type | accepts | also called |
| --- | --- | --- | --- | --- |
"""


def field_reference() -> str:
    """Return the page as Markdown."""
    lines = [
        f"| {field.header} | `{field.name}` | {field.type.sql} | {field.type.describe()} |"
        f" {', '.join(field.aliases)} |\n"
        for field in student_catalogue().fields
    ]
    return INTRODUCTION + "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(field_reference())
