"""What goes wrong in the night: nothing lost, nothing doubled, the right word, the right retry."""
