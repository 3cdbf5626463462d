"""The server of the pages and its clients."""
