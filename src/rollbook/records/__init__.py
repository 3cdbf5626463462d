"""What Rollbook remembers: tables, every write with its audit event, every question."""
