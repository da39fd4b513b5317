"""质控记分卡: departments by quality domains, composed of inspections, indicators and actions."""
