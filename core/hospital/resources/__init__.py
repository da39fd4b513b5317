"""Facts about what the hospital uses and counts: services, machines, stocks, energy, budget."""
