"""The catalogue a second time: slow loops over dictionaries, written from what definitions mean.

It reads the TOML itself and shares no code with core. Every amount is a number or None.
"""

from __future__ import annotations

import calendar
import statistics
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from tests.catalog.reference_tables import (
    Amounts,
    Row,
    Tables,
    amounts,
    group_amounts,
    treated,
)

Answer = tuple[float | None, float | None, float | None, str]
Definitions = tuple[dict[str, Row], dict[str, Row]]
Periods = dict[str, tuple[int, ...]]
NOTHING: Answer = (None, None, None, "no_data")


def read_definitions(folder: Path) -> Definitions:
    """Indicators and measures by code, as plain dictionaries; items make measures."""
    indicators: dict[str, Row] = {}
    measures: dict[str, Row] = {}
    for path in folder.glob("*.toml"):
        with path.open("rb") as file:
            content = tomllib.load(file)
        for entry in content.get("indicator", []):
            indicators[entry["code"]] = entry
        for entry in content.get("measure", []):
            measures[entry["code"]] = entry
        for item in content.get("item", []):
            for code, side, unit in (
                (item["code"], "numerator", item["unit"]),
                (f"{item['code']}_of", "denominator", item.get("of_unit", item["unit"])),
            ):
                if side in item:
                    where = {"table": "quality", "column": side, "where": {"item": item["code"]}}
                    measures[code] = {"unit": unit, "kind": "flow", "source": where}
    return indicators, measures


def reference_values(
    definitions: Definitions, tables: Tables, periods: Periods, level: str, department: str = ""
) -> dict[tuple[str, str, str], Answer]:
    """Every indicator from contract tables: (period, group, code) -> value, top, bottom, reason.

    department: of level disease_group, whose cases.
    """
    indicators, measures = definitions
    if level == "disease_group":
        found = group_amounts(measures, tables, department)
        members = sorted({group for _, group, _ in found})
        rows: list[Row] = [{"department": code, "category": "", "beds": 1} for code in members]
        return Hospital(indicators, measures, found, rows).answers(level, periods)
    found = amounts(indicators, measures, tables)
    rows = departments_of(tables["departments"])
    return Hospital(indicators, measures, found, rows, treated(tables)).answers(level, periods)


def departments_of(table) -> list[Row]:
    """Departments as rows: department, category, beds (None when not stated)."""
    return [
        {
            "department": row["dept_code"],
            "category": row.get("category") or "unclassified",
            "beds": None if row.get("beds") != row.get("beds") else row.get("beds"),
        }
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
    ]


@dataclass
class Hospital:
    """Amounts, departments as rows, and the definitions."""

    indicators: dict[str, Row]
    measures: dict[str, Row]
    found: Amounts
    departments: list[Row]
    groups_treated: dict[tuple[int, str], set[str]] = field(default_factory=dict)
    known: dict[tuple[int, tuple[str, ...], str], float | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.category = {row["department"]: row["category"] for row in self.departments}
        self.beds = {row["department"]: self.has_beds(row) for row in self.departments}

    def amount(self, month: int, department: str, measure: str) -> float | None:
        """What one department has in one month."""
        source = self.measures[measure]["source"] if measure in self.measures else {}
        days = calendar.monthrange(month // 100, month % 100)[1]
        if "per_day" in source:
            opened = self.amount(month, department, source["per_day"])
            return None if opened is None else opened / days
        if "times_days" in source:
            people = self.amount(month, department, source["times_days"])
            return None if people is None else people * days
        if "of" in source:
            if self.category.get(department) == source["category"]:
                return self.amount(month, department, source["of"])
            return None
        value = self.found.get((month, department, measure))
        if value is None and "where" in source:
            # The table was delivered without this line: nothing of it happened.
            owner = source.get("department")
            whole = {"ordering": "income", "performing": "income_performed"}.get(owner or "")
            if source["table"] == "direct_cost":
                whole = "direct_cost"
            if whole and (month, department, whole) in self.found:
                return 0.0
        return value

    def together(self, month: int, members: tuple[str, ...], measure: str) -> float | None:
        """What several departments have together; None when not one of them has it."""
        key = (month, members, measure)
        if key not in self.known:
            total: float | None = None
            for department in members:
                value = self.amount(month, department, measure)
                if value is not None:
                    total = value if total is None else total + value
            self.known[key] = total
        return self.known[key]

    def over(self, months: list[int], members: tuple[str, ...], measure: str) -> float:
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

    def side(self, months: list[int], members: tuple[str, ...], terms: list[str]) -> float:
        total = 0.0
        for term in terms:
            if term.startswith("-"):
                total -= self.over(months, members, term[1:])
            else:
                total += self.over(months, members, term)
        return total

    def formula(self, code: str) -> Row:
        if code in self.indicators:
            return {**self.indicators[code]["formula"], "code": code}
        return {"kind": "total", "measures": [code]}

    def pair(
        self, month: int, members: tuple[str, ...], code: str
    ) -> tuple[float | None, float | None, float | None]:
        """Value, top and bottom that were reported for the members together.

        The hospital's own row stands alone; departments' values add up only where the formula
        says so, and a top counts only with its bottom.
        """
        if "" in members:
            own = self.reported(month, "", code)
            if any(part is not None for part in own):
                return own
        rows = [self.reported(month, department, code) for department in members if department]
        values = [row[0] for row in rows if row[0] is not None]
        pairs = [(row[1], row[2]) for row in rows if row[1] is not None and row[2] is not None]
        value = None
        if values and (len(members) == 1 or self.formula(code).get("over") == "sum"):
            value = sum(values)
        if not pairs:
            return value, None, None
        return value, sum(top for top, _ in pairs), sum(bottom for _, bottom in pairs)

    def reported(
        self, month: int, department: str, code: str
    ) -> tuple[float | None, float | None, float | None]:
        value, top, bottom = (
            self.found.get((month, department, f"reported.{code}{part}"))
            for part in ("", ".top", ".bottom")
        )
        return (
            (value, top, bottom) if top is not None and bottom is not None else (value, None, None)
        )

    def counts(self, formula: Row, month: int, members: tuple[str, ...]) -> bool:
        """Whether the month has everything that the formula needs."""
        kind = formula["kind"]
        if kind == "change":
            of = self.formula(formula["of"])
            return self.counts(of, month, members) and self.counts(of, month - 100, members)
        if kind == "reported":
            value, top, _ = self.pair(month, members, formula["code"])
            return value is not None or (top is not None and formula.get("over") != "sum")
        if kind == "distinct":
            return any(self.groups_treated.get((month, one)) for one in members)
        if kind in ("spread", "zero_share"):
            return True
        terms = formula.get("measures", []) + formula.get("top", []) + formula.get("bottom", [])
        for term in terms:
            if self.together(month, members, term.removeprefix("-")) is None:
                return False
        return True

    def compute(self, formula: Row, months: list[int], members: tuple[str, ...]) -> Answer:
        """The formula over months that count."""
        kind = formula["kind"]
        if kind in ("spread", "zero_share"):
            return self.compared(formula, months)
        if not months:
            return NOTHING
        if kind == "reported":
            return self.brought(formula, months, members)
        if kind == "distinct":
            each = [self.groups_treated.get((m, one), set()) for m in months for one in members]
            count = float(len(set().union(*each)))
            return count, count, None, ""
        per = formula.get("per", 100 if kind in ("change", "accuracy") else 1)
        if kind == "total":
            total = self.side(months, members, formula["measures"])
            return total * per, total, None, ""
        if kind in ("ratio", "accuracy"):
            top = self.side(months, members, formula["top"])
            bottom = self.side(months, members, formula["bottom"])
            if bottom == 0:
                return None, top, bottom, "zero_bottom"
            share = top / bottom if kind == "ratio" else 1 - abs(top - bottom) / bottom
            return share * per, top, bottom, ""
        of = self.formula(formula["of"])
        now = self.compute(of, months, members)
        before = self.compute(of, [month - 100 for month in months], members)
        if before[0] == 0 or "zero_bottom" in (now[3], before[3]):
            return None, now[0], before[0], "zero_bottom"
        assert now[0] is not None and before[0] is not None
        return (now[0] - before[0]) / before[0] * per, now[0], before[0], ""

    def brought(self, formula: Row, months: list[int], members: tuple[str, ...]) -> Answer:
        """A reported indicator over the months in which it was reported."""
        found = [self.pair(month, members, formula["code"]) for month in sorted(months)]
        per = formula.get("per", 1)
        if formula.get("over") == "sum":
            return sum(value for value, _, _ in found if value is not None), None, None, ""
        tops = [top for _, top, _ in found if top is not None]
        bottoms = [bottom for _, _, bottom in found if bottom is not None]
        if len(tops) == len(found):
            top, bottom = sum(tops), sum(bottoms)
            if bottom == 0:
                return None, top, bottom, "zero_bottom"
            return top / bottom * per, top, bottom, ""
        value, top, bottom = found[-1]
        if top is not None and bottom is not None:
            value = None if bottom == 0 else top / bottom * per
        return value, None, None, "" if value is not None else "zero_bottom"

    def compared(self, formula: Row, months: list[int]) -> Answer:
        """What the values of departments say together."""
        own = self.indicators[formula["code"]]
        values = []
        for row in self.departments:
            one = (row["department"],)
            base = self.indicators.get(formula["of"])
            if base is not None and not self.means_something(base, "department", one):
                continue
            if self.fits(own, row["department"]):
                of = self.formula(formula["of"])
                counted = [month for month in months if self.counts(of, month, one)]
                value = self.compute(of, counted, one)[0]
                values += [] if value is None else [value]
        per = formula.get("per", 100)
        if not values:
            return NOTHING
        if formula["kind"] == "zero_share":
            zeros, every = float(values.count(0)), float(len(values))
            return zeros / every * per, zeros, every, ""
        if len(values) < 3:
            return None, None, None, "too_few"
        mean, deviation = statistics.fmean(values), statistics.stdev(values)
        if mean == 0:
            return None, deviation, mean, "zero_bottom"
        return deviation / mean * per, deviation, mean, ""

    def has_beds(self, row: Row) -> bool:
        if row["beds"] is not None:
            return row["beds"] > 0
        for (_, department, measure), value in self.found.items():
            if department == row["department"] and measure == "bed_days_open" and value > 0:
                return True
        return False

    def fits(self, indicator: Row, department: str) -> bool:
        rule = indicator.get("applies", {})
        category = self.category[department]
        named = "categories" not in rule or category in (*rule["categories"], "unclassified")
        return named and (not rule.get("beds") or self.beds[department])

    def means_something(self, indicator: Row, level: str, members: tuple[str, ...]) -> bool:
        if ("department" if level == "category" else level) not in indicator["grain"]:
            return False
        if level == "disease_group":
            return True
        return any(self.fits(indicator, one) for one in members if one in self.category)

    def groups(self, level: str) -> dict[str, tuple[str, ...]]:
        codes = [row["department"] for row in self.departments]
        if level == "hospital":
            return {"": (*codes, "")}
        if level in ("department", "disease_group"):
            return {code: (code,) for code in codes}
        # Nobody reports for a category: '*' keeps one of a single department from being it.
        return {
            category: (*(code for code in codes if self.category[code] == category), "*")
            for category in dict.fromkeys(self.category.values())
        }

    def answers(self, level: str, periods: Periods) -> dict[tuple[str, str, str], Answer]:
        """Every indicator: (period, group, code) -> value, top, bottom, reason."""
        found: dict[tuple[str, str, str], Answer] = {}
        for label, months in periods.items():
            for group, members in self.groups(level).items():
                for code, indicator in self.indicators.items():
                    key = (label, group, code)
                    if not self.means_something(indicator, level, members):
                        found[key] = (None, None, None, "not_applicable")
                        continue
                    formula = self.formula(code)
                    counted = [m for m in months if self.counts(formula, m, members)]
                    found[key] = self.compute(formula, counted, members)
        return found
