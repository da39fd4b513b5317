"""The catalogue a second time: slow loops over dictionaries, written from what definitions mean.

It reads the TOML itself and shares no code with core.catalog. Every amount is a number or None.
"""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Answer = tuple[float | None, float | None, float | None, str]


def read_definitions(folder: Path) -> tuple[dict[str, Row], dict[str, Row]]:
    """Indicators and measures by code, as plain dictionaries."""
    indicators: dict[str, Row] = {}
    measures: dict[str, Row] = {}
    for path in folder.glob("*.toml"):
        with path.open("rb") as file:
            content = tomllib.load(file)
        for entry in content.get("indicator", []):
            indicators[entry["code"]] = entry
        for entry in content.get("measure", []):
            measures[entry["code"]] = entry
    return indicators, measures


@dataclass
class Hospital:
    """Facts as rows, departments as rows, and the definitions."""

    indicators: dict[str, Row]
    measures: dict[str, Row]
    facts: list[Row]
    departments: list[Row]

    def __post_init__(self) -> None:
        self.found = {(f["month"], f["department"], f["measure"]): f["value"] for f in self.facts}

    def amount(self, month: int, department: str, measure: str) -> float | None:
        """What one department has in one month."""
        source = self.measures[measure]["source"]
        days = calendar.monthrange(month // 100, month % 100)[1]
        if "per_day" in source:
            opened = self.amount(month, department, source["per_day"])
            return None if opened is None else opened / days
        if "times_days" in source:
            people = self.amount(month, department, source["times_days"])
            return None if people is None else people * days
        if "of" in source:
            for row in self.departments:
                if row["department"] == department and row["category"] == source["category"]:
                    return self.amount(month, department, source["of"])
            return None
        value = self.found.get((month, department, measure))
        if value is None and "where" in source:
            # The table was delivered without this line: nothing of it happened.
            whole = {"income": "income", "direct_cost": "direct_cost"}.get(source["table"])
            if whole and (month, department, whole) in self.found:
                return 0.0
        return value

    def together(self, month: int, members: list[str], measure: str) -> float | None:
        """What several departments have together; None when not one of them has it."""
        total: float | None = None
        for department in members:
            value = self.amount(month, department, measure)
            if value is not None:
                total = value if total is None else total + value
        return total

    def over(self, months: list[int], members: list[str], measure: str) -> float:
        """One measure over months in each of which somebody has it."""
        values: list[float] = []
        for month in sorted(months):
            value = self.together(month, members, measure)
            assert value is not None
            values.append(value)
        kind = self.measures[measure]["kind"]
        if kind == "stock_mean":
            return sum(values) / len(values)
        if kind == "stock_start":
            return values[0]
        if kind == "stock_end":
            return values[-1]
        return sum(values)

    def side(self, months: list[int], members: list[str], terms: list[str]) -> float:
        total = 0.0
        for term in terms:
            if term.startswith("-"):
                total -= self.over(months, members, term[1:])
            else:
                total += self.over(months, members, term)
        return total

    def formula(self, code: str) -> Row:
        if code in self.indicators:
            return self.indicators[code]["formula"]
        return {"kind": "total", "measures": [code]}

    def counts(self, formula: Row, month: int, members: list[str]) -> bool:
        """Whether the month has everything that the formula needs."""
        if formula["kind"] == "change":
            of = self.formula(formula["of"])
            return self.counts(of, month, members) and self.counts(of, month - 100, members)
        terms = formula.get("measures", []) + formula.get("top", []) + formula.get("bottom", [])
        for term in terms:
            if self.together(month, members, term.removeprefix("-")) is None:
                return False
        return True

    def compute(self, formula: Row, months: list[int], members: list[str]) -> Answer:
        if not months:
            return None, None, None, "no_data"
        per = formula.get("per", 100 if formula["kind"] == "change" else 1)
        if formula["kind"] == "total":
            total = self.side(months, members, formula["measures"])
            return total * per, total, None, ""
        if formula["kind"] == "ratio":
            top = self.side(months, members, formula["top"])
            bottom = self.side(months, members, formula["bottom"])
            if bottom == 0:
                return None, top, bottom, "zero_bottom"
            return top / bottom * per, top, bottom, ""
        of = self.formula(formula["of"])
        now = self.compute(of, months, members)
        before = self.compute(of, [month - 100 for month in months], members)
        if before[0] == 0 or "zero_bottom" in (now[3], before[3]):
            return None, now[0], before[0], "zero_bottom"
        assert now[0] is not None and before[0] is not None
        return (now[0] - before[0]) / before[0] * per, now[0], before[0], ""

    def has_beds(self, row: Row) -> bool:
        if row["beds"] is not None:
            return row["beds"] > 0
        for (_, department, measure), value in self.found.items():
            if department == row["department"] and measure == "bed_days_open" and value > 0:
                return True
        return False

    def means_something(self, indicator: Row, level: str, members: list[str]) -> bool:
        if ("hospital" if level == "hospital" else "department") not in indicator["grain"]:
            return False
        rule = indicator.get("applies", {})
        for row in self.departments:
            if row["department"] not in members:
                continue
            fits = "categories" not in rule or row["category"] in rule["categories"]
            if (fits or row["category"] == "unclassified") and (
                not rule.get("beds") or self.has_beds(row)
            ):
                return True
        return False

    def groups(self, level: str) -> dict[str, list[str]]:
        codes = [row["department"] for row in self.departments]
        if level == "hospital":
            return {"": codes}
        if level == "department":
            return {code: [code] for code in codes}
        grouped: dict[str, list[str]] = {}
        for row in self.departments:
            grouped.setdefault(row["category"], []).append(row["department"])
        return grouped

    def answers(
        self, level: str, periods: dict[str, tuple[int, ...]]
    ) -> dict[tuple[str, str, str], Answer]:
        """Every indicator: (period, group, code) -> value, top, bottom, reason."""
        found: dict[tuple[str, str, str], Answer] = {}
        for label, months in periods.items():
            for group, members in self.groups(level).items():
                for code, indicator in self.indicators.items():
                    key = (label, group, code)
                    if not self.means_something(indicator, level, members):
                        found[key] = (None, None, None, "not_applicable")
                        continue
                    formula = indicator["formula"]
                    counted = [m for m in months if self.counts(formula, m, members)]
                    found[key] = self.compute(formula, counted, members)
        return found
