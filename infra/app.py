"""Makes CloudFormation of a file of settings: `python -m infra.app SETTINGS ZIP OUT`.

It asks AWS nothing and needs neither credentials nor Docker.
"""

import hashlib
import sys
import zipfile
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.acknowledged import acknowledge
from infra.parts.database import AUTHORITIES
from infra.settings import Settings, SettingsRefused, read
from infra.stack import RollbookStack


def synthesize(settings: Settings, *, code: Path, out: Path) -> Path:
    """Write the assembly into `out` and return the template's path.

    Raises RuntimeError where one of AWS's rules finds what is not acknowledged with its reason.
    """
    app = cdk.App(outdir=str(out), analytics_reporting=False, tree_metadata=False)
    stack = RollbookStack(app, settings, code=code, version=_digest(code))
    acknowledge(stack, prefix=f"{settings.name}/")
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks())
    app.synth()
    return out / f"{settings.name}.template.json"


def warning(code: Path) -> str:
    """Return what keeps the functions in this zip from reaching the database; '' for nothing."""
    name = Path(AUTHORITIES).name
    with zipfile.ZipFile(code) as opened:
        if name in opened.namelist():
            return ""
    return (
        f"{code} has no {name}: its functions could not sign in to the database. Build it with "
        "ROLLBOOK_RDS_AUTHORITIES (docs/how-to/deploy-on-aws.md)."
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(settings: str, code: str, out: str) -> int:
    """Return 0, or 2 with a sentence where the settings are refused."""
    if not Path(code).exists():
        print(f"{code} is missing. Run `make lambda` first.", file=sys.stderr)
        return 2
    try:
        template = synthesize(read(Path(settings)), code=Path(code), out=Path(out))
    except SettingsRefused as refused:
        print(f"{settings}: {refused}", file=sys.stderr)
        return 2
    if found := warning(Path(code)):
        print(found, file=sys.stderr)
    print(template)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
