"""Which figures stand in which section, in the order in which a monthly meeting reads them.

Codes of indicators and of measures; 工作量→收入→成本→结构比→效率→质量安全→设备→预算执行→问题与措施
(domain_review.md). A hospital that has no such figures reads why.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.costing.budget.lines import LINES


@dataclass(frozen=True)
class Plan:
    """A section: its table, the figures of its first sentence, its chart, its departments."""

    code: str
    lines: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    chart: tuple[str, ...] = ()
    """The first of these that has values is drawn."""
    movers: str = ""
    """Of which figure the departments that moved most are listed."""
    judged: bool = False
    """Whether departments that miss a target of the section are listed."""


SECTIONS = (
    Plan(
        "workload",
        (
            *("OP018", "outpatient_visits", "emergency_visits", "checkup_visits"),
            *("admissions", "OP019", "OP020", "elective_surgeries", "day_surgeries"),
            *("level4_surgeries", "bed_days_used"),
        ),
        ("OP018", "OP019", "OP020"),
        ("OP018", "OP019"),
        "OP019",
    ),
    Plan(
        "income",
        (
            *("income", "income_outpatient", "income_inpatient", "income_drug", "income_material"),
            *("income_exam", "income_lab", "income_treatment", "income_surgery", "income_nursing"),
            *("income_bed", "income_consultation", "income_other"),
        ),
        ("income", "income_outpatient", "income_inpatient"),
        ("income",),
        "income",
    ),
    Plan(
        "cost",
        (
            *("direct_cost", "cost_personnel", "cost_material", "cost_drug", "cost_depreciation"),
            *("cost_amortisation", "cost_risk_fund", "cost_other"),
            *("FN004", "FN005", "FN003", "FN020"),
        ),
        ("direct_cost", "FN004", "FN005"),
        ("direct_cost", "FN004"),
        "direct_cost",
    ),
    Plan(
        "structure",
        ("FN001", "FN002", "FN011", "FN019", "FN022", "FN033"),
        ("FN001", "FN002", "FN022"),
        ("FN001", "FN002"),
        judged=True,
    ),
    Plan(
        "efficiency",
        (
            *("OP001", "OP003", "OP004", "OP009", "OP011", "OP014", "OP016", "OP021", "OP048"),
            *("OP050", "OP051", "OP028", "HR006", "HR015", "HR016"),
        ),
        ("OP001", "OP003", "OP048"),
        ("OP003", "OP001"),
        judged=True,
    ),
    Plan(
        "quality",
        (
            *("QA002", "QA024", "QA043", "QA048", "QA058", "QA059", "QA060", "QA065", "QA066"),
            *("QA076", "QA077", "QA078", "SF001", "SF002", "SF008", "SF013", "SF014", "SF016"),
            *("SF018", "SF020", "SV001", "SV002", "SV007", "SV008", "SV009", "SV010", "SV014"),
        ),
        ("QA048", "SF002", "SV007"),
        ("SF002", "SV007", "SV009"),
        judged=True,
    ),
    Plan("equipment", ("OP024", "OP026", "OP032"), ("OP024", "OP026"), ("OP024",)),
    Plan("budget", ("FN026", "FN051"), ("FN026", "FN051"), ("FN026",)),
    Plan("matters"),
)
CODES = tuple(plan.code for plan in SECTIONS)
BUDGET_LINES = LINES
"""Each line of the budget with what was carried out."""
SPENDING = tuple(line for line in BUDGET_LINES if not line.startswith("budget_income"))
MOVERS, MISSED, MACHINES_SHOWN, MATTERS = 5, 10, 8, 12
"""How many rows a table of departments, machines or matters has at most."""
TREND = 24
"""Months of a trend."""


def every_code() -> tuple[str, ...]:
    """All indicators and measures that the report reads."""
    own = [code for plan in SECTIONS for code in plan.lines]
    return tuple(dict.fromkeys([*own, *BUDGET_LINES, *BUDGET_LINES.values()]))
