"""From text to values, or to issues: one column, across columns, the whole file."""
