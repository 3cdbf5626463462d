"""The Django project: its settings."""
