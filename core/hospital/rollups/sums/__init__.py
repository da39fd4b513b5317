"""Measures by month and department, added up from facts."""
