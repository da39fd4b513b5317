"""Machines and their use, as the equipment page and the monthly report read them."""
