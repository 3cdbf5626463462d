"""Functions of AWS: what needs no function."""
