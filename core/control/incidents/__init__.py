"""Adverse events: reports, triage, root cause analysis, the risk picture."""
