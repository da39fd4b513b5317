"""The synthetic hospital: parameters in data/demo, facts drawn from a seed, identities exact."""
