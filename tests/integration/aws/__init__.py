"""Rollbook as functions of AWS Lambda, out of the zip."""
