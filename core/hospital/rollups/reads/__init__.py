"""What calculations read of roll-ups."""
