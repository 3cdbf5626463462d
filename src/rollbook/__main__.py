"""`python -m rollbook` is the command line."""

from rollbook.cli.main import main

main()
