"""Small real parts that several suites share."""
