"""The cost report tables of the hospital, by the names of the 2021 norm's appendix (待核对)."""
