"""PostgreSQL by HTTPS: the few parts of psycopg's connection that Rollbook uses, over the RDS Data
API of AWS. The way in is `connection.py`; docs/adr tells why it is a connection."""
