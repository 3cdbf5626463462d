"""How often the guard of a feed's columns alarms for nothing, and what it catches."""
