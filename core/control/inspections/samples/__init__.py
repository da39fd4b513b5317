"""The records that a sample is drawn from."""
