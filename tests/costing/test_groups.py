"""Disease groups: payment, cost by class, the pool to the 分, quadrants and the bridge."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import pytest

from core.costing.group_view import apart, beyond, bridge, quadrants, summary
from core.costing.groups import COSTS, OUTLIERS, WAYS, Month, Payment, added, costed
from core.frames import CASES

CLASSES = ["drug", "material", "exam", "care", "shared"]
DRG = Payment("own", "drg", 1_000_00)
FEE = Payment("own", "fee", 0)


def case_rows(*rows: Mapping[str, object]) -> pd.DataFrame:
    """CASES of one month; what a row does not state is 0."""
    plain: dict[str, object] = {
        **dict.fromkeys(CASES.columns, 0),
        "month": 202610,
        "payer": "employee",
        "risk": "",
        "weight": 0.0,
    }
    return CASES.check(pd.DataFrame([{**plain, **row} for row in rows]))


# Two of ward W (one group each), one of ward V; charges of 100 of each class in G.
G = {"department": "W", "disease_group": "G", "cases": 2, "days": 4, "weight": 3.0}
G |= {"charge": 500, "charge_drug": 100, "charge_material": 100, "charge_exam": 60}
G |= {"charge_lab": 40, "settled_cases": 2, "settlement": 450, "settled_charge": 500}
H = {"department": "W", "disease_group": "H", "payer": "self", "cases": 1, "days": 6, "charge": 300}
V = {"department": "V", "disease_group": "G", "cases": 1, "days": 5, "charge": 100, "weight": 2.0}


def month() -> Month:
    """Ward W spent 50, 100, 50, 500, 100 on income of 100, 100, 100, 500, 600; V has no income."""
    pools = pd.DataFrame(
        [[50, 100, 50, 500, 100], [0, 0, 0, 90, 10]], index=["W", "V"], columns=CLASSES
    )
    income = pd.DataFrame([[100, 100, 100, 500, 600]], index=["W"], columns=CLASSES)
    return Month(pools, income, pd.Series({"W": 20.0, "V": 10.0}))


def test_a_class_costs_its_charge_at_the_wards_ratio() -> None:
    rows = costed(case_rows(G, H), month(), FEE, "charges").groups
    found = rows.set_index("group")[list(COSTS)].to_dict("index")
    # care is what is left of the charge: 500 - 200 - 100 = 200, at a ratio of 500 / 500
    assert list(found["G"].values()) == [50, 100, 50, 200, 50]
    assert list(found["H"].values()) == [0, 0, 0, 300, 50]


def test_top_down_shares_all_but_goods_by_bed_days() -> None:
    rows = costed(case_rows(G, H), month(), FEE, "days").groups
    found = rows.set_index("group")[list(COSTS)].to_dict("index")
    assert list(found["G"].values()) == [50, 100, 10, 100, 20]
    assert list(found["H"].values()) == [0, 0, 15, 150, 30]


def test_a_ward_without_income_takes_the_hospitals_ratio() -> None:
    rows = costed(case_rows(G, H, V), month(), FEE, "charges").groups
    found = rows[rows["department"] == "V"].to_dict("records")[0]
    assert found["cost_care"] == round(100 * 590 / 500)


@pytest.mark.parametrize("way", WAYS)
def test_what_the_cases_carry_and_the_rest_are_the_pool_to_the_fen(way) -> None:
    found = costed(case_rows(G, H, V), month(), DRG, way)
    assert found.pool_fen == 900
    assert found.carried_fen + found.variance_fen == 900
    by_department = found.by_department()
    assert by_department["variance"].sum() == found.variance_fen
    assert (by_department["carried"] + by_department["variance"]).tolist() == (
        by_department["pool"].tolist()
    )


def test_payment_is_what_was_settled_then_the_weight_then_the_charge() -> None:
    rows = costed(case_rows(G, H, V), month(), DRG, "charges").groups
    found = {(row["department"], row["group"]): row for row in rows.to_dict("records")}
    assert found["W", "G"]["payment"] == 450
    assert found["W", "H"]["payment"] == 300
    assert found["V", "G"]["payment"] == 2_000_00
    assert rows[["settled", "estimated", "charged"]].sum().tolist() == [2, 1, 1]
    unpaid = costed(case_rows(V), month(), FEE, "charges").groups
    assert unpaid["payment"].tolist() == [100]


def test_months_add_up_and_outliers_find_their_group() -> None:
    one = costed(case_rows(G, H), month(), FEE, "charges")
    beyond_bounds = pd.DataFrame(
        [[202610, "W", "G", 1, 0], [202609, "W", "G", 1, 2]], columns=pd.Index(OUTLIERS.columns)
    )
    both = added([one, one], beyond_bounds)
    rows = summary(both.groups)
    found = rows[rows["group"] == "G"].to_dict("records")[0]
    assert (found["cases"], found["high"], found["low"]) == (4, 2, 2)
    assert found["payment_case"] == 225
    assert both.pool_fen == 2 * one.pool_fen


def test_quadrants_part_at_the_median_and_at_nought() -> None:
    cases = [dict(G, disease_group=name, cases=n) for name, n in (("A", 1), ("B", 2), ("C", 9))]
    cases[2]["settlement"] = cases[2]["settled_charge"] = 9_000
    rows = summary(
        costed(case_rows(*cases, dict(H, disease_group="")), month(), FEE, "days").groups
    )
    shown, middle = quadrants(rows)
    assert middle == 2
    assert dict(zip(shown["group"], shown["quadrant"], strict=True)) == {
        "A": "few_gain",
        "B": "many_gain",
        "C": "many_gain",
    }
    assert quadrants(rows, most=1)[0]["group"].tolist() == ["C"]


def test_the_bridge_ends_at_the_margin() -> None:
    rows = summary(costed(case_rows(G, H), month(), FEE, "charges").groups)
    row = rows[rows["group"] == "G"].to_dict("records")[0]
    steps = bridge(row)
    assert steps[0] == ("payment", 0.0, 225.0)
    assert steps[-1] == ("margin", 0.0, 0.0)
    assert steps[-2][2] == steps[-1][2] == row["margin_case"]


def test_what_lies_beyond_the_hospital_adds_up_to_the_margin_apart() -> None:
    rows = summary(costed(case_rows(G, H), month(), FEE, "charges").groups)
    row = rows[rows["group"] == "H"].to_dict("records")[0]
    over = beyond(row, rows)
    share = rows["cost"].sum() / rows["payment"].sum()
    assert sum(over.values()) == pytest.approx(row["cost_case"] - share * row["payment_case"])
    assert apart(row, row)["los"] == 0


def test_nothing_paid_is_no_share() -> None:
    free = dict(G, settlement=0)
    rows = summary(costed(case_rows(free), month(), FEE, "charges").groups)
    row = rows.to_dict("records")[0]
    assert math.isnan(row["margin_share"])
    assert all(math.isnan(value) for value in beyond(row, rows).values())
