"""What holds an import, in one table: how many are too many, and what people are told of it."""
