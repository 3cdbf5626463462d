"""Days out of a calendar file (.ics), read in a limited process."""
