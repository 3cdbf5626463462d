"""The texts that people read, taken from the code into one document for each area."""
