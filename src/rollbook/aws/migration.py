"""The tables brought up to date, in a process of its own: it needs the settings of the pages.

`python -m rollbook.aws.migration` prints one JSON object: {} or what is wrong, with the statements
that another role has to run.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django

import rollbook
from rollbook.aws.errors import MigrationDelayed, MigrationFailed
from rollbook.core.errors import RollbookError, kind_and_place


def migrate_in_child(environ: Mapping[str, str], *, seconds: float) -> dict[str, Any]:
    """Bring the tables up to date within so many seconds. Raises MigrationFailed."""
    where = str(Path(rollbook.__file__).parents[1])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rollbook.aws.migration"],
            env={**environ, "PYTHONPATH": where},
            stdout=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        said = {"why": "it took longer than the function may work, or broke off.", "passes": True}
    if said:
        kind = MigrationDelayed if said["passes"] else MigrationFailed
        raise kind(why=said["why"], statements=said.get("statements", ""))
    return {"ok": True, "did": [{"migrated": True}], "next_attempt_at": None}


def main() -> None:
    """Migrate the database of the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "rollbook.project.web_settings"
    try:
        django.setup()
        from rollbook.records import migrate

        migrate.migrate()
        said: dict[str, Any] = {}
    except RollbookError as error:
        said = {"why": str(error), "passes": error.is_transient}
        if others := getattr(error, "statements", None):
            from rollbook.records.owners import script

            said["statements"] = script(others)
    except Exception as error:  # noqa: BLE001 - its text might hold a value
        place = kind_and_place(type(error), error.__traceback__, frames=2)
        said = {
            "why": f"something unforeseen went wrong ({place}); report this line.",
            "passes": False,
        }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
