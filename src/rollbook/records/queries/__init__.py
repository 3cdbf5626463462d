"""Every question that is asked of the records. Nothing here writes."""
