"""What is read of actions: themselves, their steps, their evidence."""
