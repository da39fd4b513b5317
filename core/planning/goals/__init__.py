"""Goals of a plan: a tree of them, what is checked of each, and how far each has come."""
