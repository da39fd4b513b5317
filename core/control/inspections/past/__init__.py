"""Inspections that were made elsewhere, or before: stored many at once."""
