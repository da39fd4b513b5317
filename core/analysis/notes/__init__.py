"""What people say about charts: notes and rebases, read and written."""
