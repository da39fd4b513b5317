"""Many events at once: how the demo hospital gets its year."""
