"""Actions with their whole history, written at once: an older register, or the demo's."""
