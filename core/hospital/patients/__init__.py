"""Facts about patients: inpatient cases, visits, arrivals, the daily census."""
