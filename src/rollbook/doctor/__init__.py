"""What a night needs, checked before the night: each check for itself, none without a deadline."""
