"""月度经营报表: what it says, what people write under it, what of it is kept for good."""
