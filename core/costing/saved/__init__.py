"""Scenarios that people saved with a name."""
