"""What the pages load at their start: a function of AWS waits for it with the first request."""

import os
import subprocess
import sys

START = """
import sys
import django
django.setup()
import rollbook.project.urls
print([name for name in sys.argv[1:] if name in sys.modules])
"""


def test_pages_start_without_what_only_imports_and_tests_need() -> None:
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "rollbook.project.web_settings",
        "ROLLBOOK_SECRET_KEY": "A" * 43 + "=",
        "DATABASE_URL": "postgresql://rollbook@127.0.0.1:1/none",
    }
    done = subprocess.run(
        [sys.executable, "-c", START, "asyncssh", "boto3", "ninja", "openpyxl"],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
