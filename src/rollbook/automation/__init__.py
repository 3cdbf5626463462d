"""Running jobs: one import from its feed's row to its last word, on whichever machine."""
