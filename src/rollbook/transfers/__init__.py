"""Files that come and go over HTTP: uploads, and downloads as CSV."""
