"""Roll-ups beside rollup_month."""
