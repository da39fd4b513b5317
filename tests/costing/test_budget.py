"""The budget in numbers that can be done in the head: what counts, pace, states, offices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.costing.budget.execution import (
    Facts,
    Limits,
    execution,
    judged,
    overspent,
    span_of,
    summed,
)
from core.costing.budget.grid import Cell, amounts, compared
from core.costing.budget.lines import CODES, load_settings, office_of
from core.errors import DefinitionError
from core.hospital.calendar import period

FILE = Path(__file__).resolve().parents[2] / "data" / "costing" / "budget.toml"
YEAR = tuple(202600 + month for month in range(1, 13))
LIMITS = {
    "cost": Limits(105, 110, 90, "s", "assumption"),
    "material": Limits(100, 110, float("nan"), "s", "target"),
}
MATERIAL, PERSONNEL, EARNED = (
    CODES.index(c) for c in ("material", "personnel", "income_inpatient")
)


def facts(months: tuple[int, ...] = YEAR, departments: tuple[str, ...] = ("D1", "D2")) -> Facts:
    """Nothing budgeted, nothing reported."""
    shape = (len(months), len(departments), len(CODES))
    return Facts(
        months,
        departments,
        np.full(shape, np.nan),
        np.full(shape, np.nan),
        {},
        dict.fromkeys(departments, "clinical"),
    )


def row(rows: pd.DataFrame, department: str, line: str) -> dict:
    own = rows[(rows["department"] == department) & (rows["line"] == line)]
    return own.to_dict("records")[0]


def test_pace_is_the_share_of_the_months_own_budgets() -> None:
    given = facts()
    given.plan[:, 0, MATERIAL] = [100.0] * 6 + [200.0] * 6  # 1,800 in the year
    given.done[:9, 0, MATERIAL] = [110.0] * 6 + [220.0] * 3
    span = span_of(given, period("quarter", 202609), 202609)
    found = row(judged(execution(given, span), LIMITS), "D1", "material")
    assert (found["plan"], found["done"], found["over"]) == (600, 660, 60)
    assert found["over_pct"] == pytest.approx(10)
    assert found["pace"] == pytest.approx(1200 / 1800 * 100)
    assert found["rate"] == pytest.approx(1320 / 1800 * 100)
    assert found["forecast"] == pytest.approx(1980)
    assert span.complete("material")


def test_a_year_that_lacks_months_goes_by_twelfths() -> None:
    given = facts()
    given.plan[:10, 0, MATERIAL] = 100.0
    given.done[:9, 0, MATERIAL] = 90.0
    span = span_of(given, period("ytd", 202609), 202609)
    found = row(judged(execution(given, span), LIMITS), "D1", "material")
    assert not span.complete("material")
    assert found["year_plan"] == 1200
    assert found["pace"] == pytest.approx(75)
    assert found["rate"] == pytest.approx(67.5)


def test_a_month_that_nobody_reported_is_left_out_of_both_sides() -> None:
    given = facts()
    given.plan[:, 0, MATERIAL] = 100.0
    given.done[[0, 2], 0, MATERIAL] = 120.0
    span = span_of(given, period("ytd", 202603), 202603)
    found = row(execution(given, span), "D1", "material")
    assert span.left_out == (202602,)
    assert (found["plan"], found["done"]) == (200, 240)


def test_a_department_that_did_not_report_saves_nothing() -> None:
    given = facts()
    given.plan[:, :, MATERIAL] = 100.0
    given.done[0, 0, MATERIAL] = 100.0
    rows = execution(given, span_of(given, (202601,), 202601))
    assert row(rows, "D2", "material")["plan"] == 0
    assert row(rows, "D2", "material")["silent"] == 1
    assert row(summed(rows, []), "", "cost")["plan"] == 100


@pytest.mark.parametrize(
    ("line", "done", "state"),
    [
        (MATERIAL, 1101, "over"),
        (MATERIAL, 1100, "above"),
        (MATERIAL, 1000, "within"),
        (MATERIAL, 500, "within"),
        (PERSONNEL, 1050, "within"),
        (PERSONNEL, 1051, "above"),
        (PERSONNEL, 899, "slow"),
        (EARNED, 1300, "within"),
        (EARNED, 950, "within"),
        (EARNED, 949, "below"),
        (EARNED, 899, "short"),
    ],
)
def test_states_follow_the_bounds_and_income_the_other_way(
    line: int, done: float, state: str
) -> None:
    given = facts()
    given.plan[0, 0, line] = 1000.0
    given.done[0, 0, line] = done
    rows = judged(execution(given, span_of(given, (202601,), 202601)), LIMITS)
    assert row(rows, "D1", CODES[line])["state"] == state


def test_spending_without_a_budget_is_told_and_has_no_percentage() -> None:
    given = facts()
    given.plan[0, 0, MATERIAL] = 100.0
    given.done[0, :, MATERIAL] = 50.0
    rows = judged(execution(given, span_of(given, (202601,), 202601)), LIMITS)
    found = row(rows, "D2", "material")
    assert found["state"] == "unplanned"
    assert np.isnan(found["over_pct"])


def test_small_excesses_are_not_counted_among_the_overspent() -> None:
    given = facts(departments=("D1", "D2"))
    given.plan[0, :, MATERIAL] = [100_000.0, 100.0]
    given.done[0, :, MATERIAL] = [120_000.0, 200.0]
    rows = judged(execution(given, span_of(given, (202601,), 202601)), LIMITS)
    assert overspent(rows, 0.0)["department"].tolist() == ["D1", "D2"]
    assert overspent(rows, 0.002)["department"].tolist() == ["D1"]


def test_no_budget_gives_no_rows() -> None:
    given = facts()
    given.done[:, 0, MATERIAL] = 100.0
    span = span_of(given, (202601,), 202601)
    assert span.cost == ()
    assert execution(given, span).empty


def test_a_line_goes_to_the_department_whose_name_begins_so() -> None:
    line = load_settings(FILE).line("drug")
    assert office_of(line, {"01": "内科", "99": "药学部"}) == "99"
    assert office_of(line, {"01": "内科"}) == ""


def test_a_settings_file_names_every_line_once(tmp_path: Path) -> None:
    wrong = tmp_path / "budget.toml"
    wrong.write_text(FILE.read_text("utf-8").replace('code = "drug"', 'code = "other"'), "utf-8")
    with pytest.raises(DefinitionError, match=r"budget\.toml"):
        load_settings(wrong)


def test_only_cells_that_changed_are_typed_and_emptied_ones_are_told() -> None:
    planned = pd.DataFrame(
        {"month": [202601] * 3, "department": ["D1", "D2", "D3"]}
        | {"line": ["drug"] * 3, "amount_fen": [100_00, 250_50, 7_00]}
    )
    held = amounts(planned)
    assert held["D2", 202601, "drug"] == "250.50"
    typed = dict(held)
    typed |= {
        ("D1", 202601, "drug"): " 120 ",
        ("D3", 202601, "drug"): "",
        ("D4", 202601, "drug"): "",
    }
    found = compared(held, typed)
    assert found.changed == (Cell("D1", 202601, "drug", "120"),)
    assert found.emptied == (Cell("D3", 202601, "drug", ""),)
