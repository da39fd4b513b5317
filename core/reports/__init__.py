"""What spans wings: the list of signals, the weekly agenda, the monthly report."""
