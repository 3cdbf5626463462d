"""The reference of layouts, out of their own declarations (`make docs`)."""

import sys
from collections.abc import Iterator

from rollbook.core.layouts.builtin import LAYOUTS
from rollbook.core.layouts.description import columns_of, sentences_of
from rollbook.core.layouts.layout import Layout

INTRODUCTION = """\
# Layouts

Generated from the layouts' declarations by `make docs`; do not edit.

A layout says how to read one kind of vendor's export. It is recognized by the header of the file; a
feed can also be set to one, or to none. Headers match whatever their case, blanks, underscores,
hyphens and punctuation; `*` is any text.
"""


def layout_reference() -> str:
    """Return the page as Markdown."""
    return INTRODUCTION + "".join(line + "\n" for layout in LAYOUTS for line in _section(layout))


def _section(layout: Layout) -> Iterator[str]:
    yield ""
    yield f"## {layout.title}"
    yield ""
    yield f"Layout `{layout.name}`."
    yield ""
    yield from (f"- {sentence}" for sentence in sentences_of(layout))
    yield ""
    yield "| what is read | headers |"
    yield "| --- | --- |"
    for holds, headers in columns_of(layout):
        yield f"| {holds} | {headers} |"
    if layout.sources:
        yield ""
        yield "Headers are published at " + ", ".join(f"<{source}>" for source in layout.sources)


if __name__ == "__main__":
    sys.stdout.write(layout_reference())
