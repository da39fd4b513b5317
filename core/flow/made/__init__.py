"""Forecasts that were made and kept."""
