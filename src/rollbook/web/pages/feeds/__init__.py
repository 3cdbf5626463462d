"""The pages of feeds: list, form, columns, schedule, test of the connection."""
