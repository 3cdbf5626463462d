"""A migrated database server for tests, until the standard input ends; its address comes first."""

import sys

from tests.database import migrated_template, running_server

if __name__ == "__main__":
    with running_server() as url:
        migrated_template(url)
        print(url, flush=True)
        sys.stdin.read()
