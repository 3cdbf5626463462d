"""The tables brought up to date, in a process of its own: it needs the settings of the pages.

The role that migrates owns the tables, so it does here all that only their owner may: it makes the
role with which the other functions sign in, and adds the columns of a term.

`python -m rollbook.aws.migration` reads the name of a term or nothing, and prints one JSON object:
{} or what is wrong, with the statements that another role has to run.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import django

import rollbook
from rollbook.aws.errors import MigrationDelayed, MigrationFailed
from rollbook.core.errors import RollbookError, kind_and_place

SERVING: Final = "ROLLBOOK_SERVING_SECRET"
"""Names the secret of the role that serves."""


def migrate_in_child(
    environ: Mapping[str, str], *, seconds: float, term: str = ""
) -> dict[str, Any]:
    """Bring the tables up to date within so many seconds; add a term where one is named.

    Raises MigrationFailed.
    """
    where = str(Path(rollbook.__file__).parents[1])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rollbook.aws.migration"],
            env={**environ, "PYTHONPATH": where},
            input=term.encode(),
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
    did: list[dict[str, Any]] = [{"migrated": True}, *([{"term": term}] if term else [])]
    return {"ok": True, "did": did, "next_attempt_at": None}


def main(term: str) -> None:
    """Migrate the database of the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "rollbook.project.web_settings"
    try:
        django.setup()
        _do_as_owner(os.environ, term=term)
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


def _do_as_owner(environ: Mapping[str, str], *, term: str) -> None:
    from rollbook.core.catalogue.terms import Term
    from rollbook.records.migrate import migrate
    from rollbook.records.operations.installation_key import claim_key
    from rollbook.records.operations.terms import add_term
    from rollbook.records.serving_role import let_serve

    migrate()
    claim_key(environ)
    if term:
        add_term(Term(term), actor="migration")
    if secret := environ.get(SERVING):
        let_serve(secret)


if __name__ == "__main__":
    main(sys.stdin.read())
