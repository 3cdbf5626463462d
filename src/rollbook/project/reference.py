"""The page of settings, out of their declarations (`make docs`)."""

import sys

from rollbook.project.declared import DECLARED

INTRODUCTION = """\
# Settings

Generated from the declarations of the code by `make docs`; do not edit.

Environment variables. Where the last column says yes, the value can also be given as `NAME_FILE`,
the path of a file that holds it. A value that is unsafe or cannot be understood refuses to start,
with a sentence that says why. A function of AWS also takes `NAME_SECRET`, the name or ARN of a
secret in Secrets Manager that holds the value as a text.

| variable | meaning | default | `_FILE` |
| --- | --- | --- | --- |
"""

ENDING = """
What the district decides for itself (time zone, recipients of mails, how long what is kept) is on
the page *Settings*.
"""


def settings_reference() -> str:
    """Return the page as Markdown."""
    lines = [
        f"| `{each.name}` | {each.meaning} | {each.default} |"
        f" {'yes' if each.has_file else 'no'} |\n"
        for each in DECLARED
    ]
    return INTRODUCTION + "".join(lines) + ENDING


if __name__ == "__main__":
    sys.stdout.write(settings_reference())
