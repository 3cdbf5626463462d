"""The pages of the district's settings and of its terms."""
