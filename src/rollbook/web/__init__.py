"""The pages: a view is access, one call, render."""
