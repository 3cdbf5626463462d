"""Students: the search, and the page of one."""
