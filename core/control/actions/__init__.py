"""Improvement actions: one kind for every origin, closed only by somebody else."""
