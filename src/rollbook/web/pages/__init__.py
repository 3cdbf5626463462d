"""What answers each address: a page with its forms, its words and its partial answers."""
