"""The HTTP API for other programs: the same operations and views as the pages, as JSON."""
