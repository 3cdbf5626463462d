"""Rollbook as functions of AWS Lambda: an event in, one call down, a plain dictionary out."""
