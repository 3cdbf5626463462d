"""Breaks one rule at a time and looks whether a test notices: `make mutants ROOM=validation`."""
