"""Runs a command with the embedded server's address: `python -m scripts.with_database COMMAND ...`.

The server of ROLLBOOK_HOME runs for as long as the command does; the command finds its address in
DATABASE_URL. Other commands on the same home may run meanwhile.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from rollbook import embedded, home


def main(words: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    with embedded.running(home.home(os.environ)) as url:
        return subprocess.run(words, env=os.environ | {"DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
