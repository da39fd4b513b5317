"""The rows of fact tables that later imports replaced."""
