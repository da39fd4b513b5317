"""What was found, read for tables and charts."""
