"""The tables: which must be there, what is wrong with those that are, and who may mend it."""
