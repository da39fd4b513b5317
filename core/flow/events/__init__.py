"""The event calendar: what people know of days to come and of days that were not as usual."""
