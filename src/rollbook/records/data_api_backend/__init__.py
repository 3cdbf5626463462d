"""Django's backend for PostgreSQL behind the RDS Data API, for the functions that import."""
