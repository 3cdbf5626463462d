"""When a feed is run: its schedule, what is due, and the same in words."""
