"""患者流量: how many will come, whom to roster, how many beds, how long the wait."""
