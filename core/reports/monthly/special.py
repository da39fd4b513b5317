"""The sections with figures of their own: machines, the budget, what needs attention."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from core.charts.report import bars_on_paper
from core.formats import listed, money, months_name
from core.months import add_months
from core.reports.documents.blocks import (
    Block,
    Cell,
    Column,
    Mark,
    Note,
    Number,
    Paragraph,
    Picture,
    Table,
)
from core.reports.monthly.figures import spent
from core.reports.monthly.material import Material
from core.reports.monthly.plan import (
    BUDGET_LINES,
    MACHINES_SHOWN,
    MATTERS,
    MISSED,
    SPENDING,
    Plan,
)
from core.reports.monthly.sections import figures_section, nothing, sentence
from core.reports.monthly.wording import known, money_in, money_number, named
from core.reports.signals import phrases
from core.words import pick, t

_TONES = {"high": "bad", "medium": "watch", "low": "none", "neutral": "none", "better": "good"}
_STATES = {"idle": "watch", "full": "watch", "normal": "", "unknown": "none", "reserve": "none"}


def equipment_section(material: Material, plan: Plan) -> list[Block]:
    """The indicators of machines, then the machines of the last twelve months, idle ones first."""
    machines = material.machines
    told = any(not math.isnan(material.whole[code]["value"]) for code in plan.lines)
    if machines.empty:
        return figures_section(material, plan) if told else [Paragraph(nothing(material, plan))]
    own = figures_section(material, plan) if told else []
    return [Paragraph(_machines_said(machines)), *own, _machines(material)]


def _machines_said(machines: pd.DataFrame) -> str:
    idle = machines[machines["state"] == "idle"]
    words = t(
        "report.machines.count",
        machines=len(machines),
        idle=len(idle),
        full=int((machines["state"] == "full").sum()),
    )
    if idle.empty:
        return words + t("report.stop")
    first = idle.iloc[0]
    return words + t(
        "report.machines.idle",
        cost=money(float(idle["idle_cost"].sum())),
        name=pick(first["name_zh"], first["name_en"]),
        code=first["code"],
        used=Number(first["used"], 1, "%").text,
    )


def _machines(material: Material) -> Table:
    """Idle machines by what stands still, then the fullest."""
    rows = material.machines
    full = rows[rows["state"] == "full"].sort_values("used", ascending=False)
    idle = rows[rows["state"] == "idle"]
    picked = pd.concat([idle, full, rows[rows["state"] == "normal"]]).head(MACHINES_SHOWN)
    unit = money_in()[0]
    columns = (
        Column(t("report.column.machine"), width=2.2),
        Column(t("column.department"), width=1.4),
        Column(t("report.column.examinations"), "number"),
        Column(t("report.column.used"), "number", "%"),
        Column(t("report.column.positive"), "number", "%"),
        Column(t("report.column.year_income"), "number", unit, 1.1),
        Column(t("report.column.contribution"), "number", unit, 1.1),
        Column(t("report.column.idle_cost"), "number", unit, 1.1),
        Column(t("report.column.payback"), "number"),
        Column(t("report.column.state")),
    )
    cells = tuple(_machine(material, row) for row in picked.to_dict("records"))
    return Table(t("report.table.machines", shown=len(cells)), columns, cells)


def _machine(material: Material, row: dict) -> tuple[Cell, ...]:
    state = row["state"]
    return (
        f"{row['code']} {pick(row['name_zh'], row['name_en'])}",
        material.place(row["department"]),
        Number(known(row["examinations"])),
        Number(known(row["used"]), 1),
        Number(known(row["positive_rate"]), 1),
        *(money_number(row[name]) for name in ("year_income", "year_contribution", "idle_cost")),
        Number(known(row["year_payback_years"]), 1),
        Mark(t(f"report.machine.{state}"), _STATES[state]),  # type: ignore[arg-type]
    )


def budget_section(material: Material, plan: Plan) -> list[Block]:
    """How far each line was carried out, and the departments that spent more than planned."""
    rows = material.budget.dropna(subset=["ytd_plan", "ytd_done"])
    if rows.empty:
        return [Paragraph(nothing(material, plan))]
    blocks: list[Block] = [Paragraph(sentence(material, plan) + _over_said(material, rows))]
    unit = money_in()[0]
    parts = [
        Column(t(f"report.budget.{label}.{name}"), "number", of)
        for label in ("month", "ytd")
        for name, of in (("plan", unit), ("done", unit), ("rate", "%"))
    ]
    columns = (
        Column(t("report.column.line"), width=1.6),
        *parts,
        Column(t("report.budget.ytd.over"), "number", unit),
    )
    cells = tuple(
        (
            named(material.catalog, BUDGET_LINES[row["line"]]).name,
            *(_part(row, f"{label}_{name}") for label in ("month", "ytd") for name in _PARTS),
            money_number(row["ytd_over"], signed=True),
        )
        for row in rows.to_dict("records")
    )
    blocks.append(Table(t("report.table.budget"), columns, cells))
    return blocks + _over(material)


_PARTS = ("plan", "done", "rate")


def _part(row: dict, name: str) -> Number:
    return Number(known(row[name]), 1) if name.endswith("rate") else money_number(row[name])


def _over_said(material: Material, rows: pd.DataFrame) -> str:
    """Spending as a whole against its plan, and its lines above it."""
    spending = rows[rows["line"].isin(SPENDING)]
    plan, done = float(spending["ytd_plan"].sum()), float(spending["ytd_done"].sum())
    if plan <= 0:
        return ""
    words = t(
        "report.budget.said",
        plan=money(plan),
        done=money(done),
        rate=Number(done / plan * 100, 1, "%").text,
    )
    over = spending[spending["ytd_over"] > 0]["line"]
    if over.empty:
        return words + t("report.stop")
    names = listed(named(material.catalog, BUDGET_LINES[line]).name for line in over)
    return words + t("report.budget.lines_over", names=names) + t("report.stop")


def _over(material: Material) -> list[Block]:
    """Departments above their spending budget of the year so far: a table and bars."""
    own = material.budget_own
    rows = spent(own[own["line"].isin(SPENDING)], MISSED).to_dict("records")
    if not rows:
        return []
    unit, scale, _ = money_in()
    columns = (
        Column(t("column.department"), width=1.6),
        *(Column(t(f"report.budget.ytd.{name}"), "number", unit) for name in ("plan", "done")),
        Column(t("report.budget.ytd.rate"), "number", "%"),
        Column(t("report.budget.ytd.over"), "number", unit),
        Column(t("report.column.worst_line"), width=1.4),
        Column(t("report.column.worst_over"), "number", unit),
    )
    cells = tuple(
        (
            material.place(row["department"]),
            _part(row, "ytd_plan"),
            _part(row, "ytd_done"),
            _part(row, "ytd_rate"),
            money_number(row["ytd_over"], signed=True),
            named(material.catalog, BUDGET_LINES[row["line"]]).name,
            money_number(row["line_over"], signed=True),
        )
        for row in rows
    )
    bars = pd.DataFrame(
        {
            "name": [cell[0] for cell in cells],
            "value": [row["ytd_over"] * scale for row in rows],
            "text": [f"{money_number(row['ytd_over'], signed=True).text} {unit}" for row in rows],
            "subject": np.arange(len(rows)) == 0,
        }
    )
    alt = t("report.budget.alt", department=str(cells[0][0]), over=bars["text"].iloc[0])
    table = Table(t("report.table.over", shown=len(cells)), columns, cells)
    return [table, Picture(bars_on_paper(bars, unit), alt, table), _year_so_far(material, unit)]


def _year_so_far(material: Material, unit: str) -> Note:
    months = months_name((add_months(material.month, 1 - material.month % 100), material.month))
    of = t("chart.source.months", of=t("report.budget.source"), months=months)
    return Note(t("chart.source", unit=unit, of=of))


def matters_section(material: Material, plan: Plan) -> list[Block]:
    """Signals of the month, the most pressing first."""
    rows = material.signals[material.signals["direction"] == "worse"].to_dict("records")
    better = int((material.signals["direction"] == "better").sum())
    if not rows:
        return [Paragraph(t("report.matters.none"))]
    names = phrases.Names(
        departments={code: pick(*both) for code, both in material.departments.items()},
        subjects={code: pick(*both) for code, both in material.subjects.items()},
        tables={code: pick(*both) for code, both in material.tables.items()},
    )
    high = sum(row["severity"] == "high" for row in rows)
    first = rows[0]
    words = t(
        "report.matters.said",
        count=len(rows),
        high=high,
        better=better,
        subject=phrases.subject_of(first, material.catalog, names),
        department=phrases.place_of(first, names),
    )
    table = _matters(material, names, rows[:MATTERS])
    return [Paragraph(words), table]


def _matters(material: Material, names: phrases.Names, rows: list[dict]) -> Table:
    columns = (
        Column(t("report.column.place"), "number", width=0.4),
        Column(t("report.column.mark"), width=0.8),
        Column(t("column.department"), width=1.2),
        Column(t("column.matter"), width=1.6),
        Column(t("column.why"), width=4),
        Column(t("report.column.since"), width=1.5),
    )
    cells = tuple(
        (
            Number(place),
            Mark(phrases.mark_of(row), _TONES[phrases.standing(row)]),  # type: ignore[arg-type]
            phrases.place_of(row, names),
            phrases.subject_of(row, material.catalog, names),
            phrases.why(row, material.catalog, names),
            phrases.since_of(row),
        )
        for place, row in enumerate(rows, start=1)
    )
    return Table(t("report.table.matters", shown=len(cells)), columns, cells)
