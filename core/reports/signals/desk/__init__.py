"""What people answer to signals, kept in the store."""
