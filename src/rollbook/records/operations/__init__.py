"""Every write, one function each, with its audit event in the same transaction."""
