"""Rollbook keeps a school district's student data current."""
