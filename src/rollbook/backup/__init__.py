"""The whole of an installation in one encrypted file, and back again (docs/adr/0022)."""
