"""Versions of checklist templates in the store."""
