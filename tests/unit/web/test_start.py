"""What the pages load at their start: a function of AWS waits for it with the first request."""

import os
import subprocess
import sys

START = """
import sys
import django
django.setup()
from django.urls import reverse
reverse("mfa_index"), reverse("settings")
print([name for name in sys.argv[1:] if name in sys.modules])
"""

ONLY_LATER = (
    *("asyncssh", "boto3", "ninja", "openpyxl", "fido2", "rollbook.core.sandbox.process"),
    *("rollbook.web.pages.dashboard", "rollbook.web.pages.feeds.views", "allauth.account.views"),
)


def test_pages_start_without_what_some_pages_and_imports_need() -> None:
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "rollbook.project.web_settings",
        "ROLLBOOK_SECRET_KEY": "A" * 43 + "=",
        "DATABASE_URL": "postgresql://rollbook@127.0.0.1:1/none",
    }
    done = subprocess.run(
        [sys.executable, "-c", START, *ONLY_LATER],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
