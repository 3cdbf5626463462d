"""`python -m rollbook` is the command line."""

from rollbook.cli.edge import main

main()
