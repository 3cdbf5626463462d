"""Takes the pictures of the documents from the demo: `make screenshots`."""
