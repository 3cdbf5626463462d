"""The views, a module per page: access, one call, render."""
