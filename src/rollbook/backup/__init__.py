"""The whole of an installation: in one encrypted file and back, moved, and taken out (ADR 0022)."""
