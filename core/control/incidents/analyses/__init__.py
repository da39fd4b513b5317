"""Root cause analyses as they are kept."""
