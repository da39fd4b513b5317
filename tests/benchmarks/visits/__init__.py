"""Millions of visits: made, imported, and read three ways."""
