"""Where a signal leads: the page that shows what is behind it, by its codes."""

from __future__ import annotations

from core.months import month_text
from pages.shared.scope import View

EXPLORE, CONTROL = "pages/analysis/explore.py", "pages/analysis/control.py"
PROGRESS = "pages/planning/progress.py"
EQUIPMENT = "pages/analysis/equipment.py"


def way_of(shown: View, subject: str, department: str, month: int) -> tuple[str, dict[str, str]]:
    """The same of a subject, a department and a month: where a signal came from."""
    codes = shown.codes | {"dept": department, "period": month_text(month)}
    kind, _, code = subject.partition(":")
    if kind == "gap":
        return "pages/data/quality.py", codes
    if kind in ("machine", "machines"):
        asked = {"machine": code} if kind == "machine" else {}
        return EQUIPMENT, codes | asked
    if kind == "group":
        asked = {"indicator": "FN033", "by": "disease_group", "group": code}
        return EXPLORE, codes | asked
    if kind == "goal":
        plan, _, goal = code.partition(".")
        return PROGRESS, codes | {"plan": plan, "goal": goal}
    if kind == "roster":
        return EXPLORE, codes | {"indicator": "OP018"}
    return CONTROL, codes | {"indicator": subject}
