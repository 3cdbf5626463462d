"""Django's backend for PostgreSQL, signing in as `records/sign_in.py` says."""
