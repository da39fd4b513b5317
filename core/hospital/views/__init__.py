"""Views that people saved with a name."""
