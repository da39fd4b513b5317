"""What-ifs that people saved with a name, of whatever page."""
