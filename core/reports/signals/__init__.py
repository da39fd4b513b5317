"""The one ranked list of signals, what people answer, and the agenda of the weekly meeting."""
