"""Department profit: a small hospital by hand, sums to the 分, the story of the demo hospital."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.costing import profit, results, unit_costs
from core.costing.inputs import assemble
from core.costing.inputs_facts import Facts
from core.costing.profit_rules import BASES, Basis, load_profit_rules, profit_rules
from core.costing.records import facts_of
from core.costing.rules import load_rules
from core.costing.unit_costs import ByUnit
from core.errors import DefinitionError
from core.frames import Scope
from core.hospital.records import hospital_of
from core.months import month_range
from core.store.opening import open_store
from tests.stores import LAST_MONTH, url_of

FOLDER = Path(__file__).resolve().parents[2] / "data" / "costing"
RULES = load_rules(FOLDER / "rules.toml")
OWN = load_profit_rules(FOLDER / "profit.toml")
GOODS = RULES.patient_goods


def frame(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=pd.Index(columns.split()))


DEPARTMENTS = frame(
    "department name_zh name_en category beds opened closed",
    ("C1", "内科", "", "clinical", 10, 0, 0),
    ("C2", "外科", "", "clinical", 10, 0, 0),
    ("T1", "检验科", "", "medical_tech", 0, 0, 0),
    ("A1", "院办", "", "admin", 0, 0, 0),
)
INCOME = frame(
    "ordering performing category unit amount_fen",
    ("C1", "C1", "treatment", "outpatient", 40_00),
    ("C1", "C1", "treatment", "inpatient", 60_00),
    ("C1", "C1", "drug", "outpatient", 50_00),
    ("C1", "T1", "lab", "outpatient", 30_00),
    ("C2", "C2", "surgery", "inpatient", 100_00),
    ("C2", "T1", "lab", "inpatient", 10_00),
)
COST = frame(
    "department item kind unit amount_fen",
    ("C1", "P", "personnel", "outpatient", 30_00),
    ("C1", "P", "personnel", "inpatient", 10_00),
    ("C1", "D", "drug", "outpatient", 50_00),
    ("C1", "E", "depreciation", "shared", 8_00),
    ("C2", "P", "personnel", "inpatient", 70_00),
    ("C2", "O", "other", "inpatient", 10_00),
    ("T1", "P", "personnel", "shared", 20_00),
    ("A1", "P", "personnel", "shared", 40_00),
)


def hospital(cost: pd.DataFrame = COST, income: pd.DataFrame = INCOME) -> tuple[Facts, ByUnit]:
    """Ten people in C1, five in C2, five in T1."""
    heads = frame(
        "department driver quantity",
        *[("C1", "headcount", 10.0), ("C2", "headcount", 5.0), ("T1", "headcount", 5.0)],
    )
    work = frame(
        "department driver quantity",
        *[("C1", "outpatient_visits", 8.0), ("C1", "emergency_visits", 2.0)],
        *[("C1", "bed_days_used", 4.0), ("C2", "bed_days_used", 0.0)],
    )
    services = frame("from_department to_department driver quantity").astype({"quantity": float})
    facts = Facts(
        1,
        202601,
        DEPARTMENTS,
        cost,
        income,
        services,
        heads,
        work,
        frame("department amount_fen"),
    )
    return facts, ByUnit(cost, income)


def lines(facts: Facts, basis: Basis = "ordering") -> pd.DataFrame:
    return profit.lines(facts, results.allocated(assemble(facts, RULES), "three_level"), basis, OWN)


def test_a_small_hospital_by_hand() -> None:
    rows = lines(hospital()[0])
    one = rows.T["C1"]
    # A1's 40 by heads 10:5:5; T1's 20 + 10 by orders 30:10.
    expected = {
        "income": 180_00,
        "variable": 50_00,
        "contribution": 130_00,
        "own_fixed": 40_00,
        "controllable": 90_00,
        "uncontrollable": 8_00,
        "level1": 20_00,
        "level2": 0,
        "level3": 22_50,
        "allocated": 42_50,
        "full": 140_50,
        "surplus": 39_50,
    }
    assert one[list(expected)].to_dict() == expected
    other = rows.T["C2"]
    assert [other[name] for name in ("variable", "own_fixed", "surplus")] == [3_00, 77_00, 12_50]
    assert profit.outcomes(rows).tolist() == ["profit", "profit"]


def test_income_follows_who_ordered_who_performed_or_what_was_agreed() -> None:
    facts = hospital()[0]
    found = {basis: profit.attributed(facts.income, basis, OWN.agreed) for basis in BASES}
    assert found["ordering"].to_dict() == {"C1": 180_00, "C2": 110_00, "T1": 0}
    assert found["performing"].to_dict() == {"C1": 150_00, "C2": 100_00, "T1": 40_00}
    assert found["agreed"].to_dict() == {"C1": 165_00, "C2": 105_00, "T1": 20_00}


def test_who_names_no_performer_keeps_the_income() -> None:
    income = frame("ordering performing category amount_fen", ("C1", "", "lab", 7))
    for basis in BASES:
        assert profit.attributed(income, basis, OWN.agreed)["C1"] == 7


def test_income_without_cost_is_no_profit() -> None:
    rows = lines(hospital(COST[COST["department"] != "C2"])[0])
    assert profit.outcomes(rows).to_dict() == {"C1": "profit", "C2": "unknown"}


def test_the_main_cause_is_what_weighs_more_than_elsewhere() -> None:
    rows = lines(hospital()[0])
    found = profit.causes(rows)
    assert found["cause"].to_dict() == {"C1": "variable", "C2": "own_fixed"}
    own, usual = 77 / 110, 117 / 290
    assert found.loc["C2", "share"] == pytest.approx(own)
    assert found.loc["C2", "excess"] == pytest.approx((own - usual) * 110_00)


def test_months_are_added_and_a_new_department_begins_at_zero() -> None:
    one = lines(hospital()[0])
    both = profit.added([one, one.loc[["C1"]]])
    assert both.loc["C1", "surplus"] == 79_00
    assert both.loc["C2", "surplus"] == 12_50
    assert both["surplus"].dtype == "int64"


amounts = st.lists(st.integers(-10_000, 10**9), min_size=len(COST), max_size=len(COST))
earnings = st.lists(st.integers(-10_000, 10**9), min_size=len(INCOME), max_size=len(INCOME))


@settings(max_examples=40, deadline=None)
@given(amounts, earnings, st.sampled_from(BASES))
def test_every_step_adds_up_to_the_fen(spent: list[int], earned: list[int], basis: Basis) -> None:
    earned[3] = earned[5] = 1_000  # orders, which level 3 is shared by
    facts, booked = hospital(COST.assign(amount_fen=spent), INCOME.assign(amount_fen=earned))
    found = results.allocated(assemble(facts, RULES), "three_level")
    rows = profit.lines(facts, found, basis, OWN)
    assert rows["full"].tolist() == found.final.sum(axis=1).tolist()
    assert rows["full"].sum() == sum(spent)
    assert profit.attributed(facts.income, basis, OWN.agreed).sum() == sum(earned)
    down = ["variable", "own_fixed", "uncontrollable", "level1", "level2", "level3"]
    assert (rows["income"] - rows[down].sum(axis=1) == rows["surplus"]).all()
    costs = unit_costs.divided(facts, booked, found, OWN, GOODS)
    wide = costs.pivot_table(index="department", columns="item", values="amount_fen", aggfunc="sum")
    full = found.final
    wide = wide.reindex(index=full.index, columns=full.columns).fillna(0)
    assert wide.to_numpy().tolist() == full.to_numpy().tolist()


def test_units_by_hand() -> None:
    facts, booked = hospital()
    found = results.allocated(assemble(facts, RULES), "three_level")
    costs = unit_costs.divided(facts, booked, found, OWN, GOODS)
    sums = costs.groupby(["department", "unit", "part"])["amount_fen"].sum()
    assert sums["C1", "outpatient"].to_dict() == {
        "common": 6_00,  # depreciation by staff cost 30:10
        "direct": 80_00,
        "level1": 15_00,
        "level3": 22_50,  # all of its laboratory orders are outpatients'
    }
    assert sums["C1", "inpatient"].to_dict() == {"common": 2_00, "direct": 10_00, "level1": 5_00}
    each = unit_costs.unit_costs(costs, unit_costs.volumes(facts, costs), ["C1", "C2"])
    told = {(row["department"], row["unit"]): row for row in each.to_dict("records")}
    assert told["C1", "outpatient"]["each"] == 123_50 / 10
    assert told["C1", "inpatient"]["each"] == 17_00 / 4
    assert told["C2", "inpatient"]["reason"] == "zero_volume"
    assert told["", "inpatient"]["each"] == (17_00 + 97_50) / 4


def test_a_month_that_was_not_reported_makes_a_unit_cost_missing() -> None:
    facts, booked = hospital()
    found = results.allocated(assemble(facts, RULES), "three_level")
    costs = unit_costs.divided(facts, booked, found, OWN, GOODS)
    volume = unit_costs.volumes(facts, costs)
    gap = volume.assign(volume=volume["volume"].where(volume["department"] != "C1"))
    both = pd.concat([volume, gap], ignore_index=True)
    told = unit_costs.unit_costs(unit_costs.added([costs, costs]), both, ["C1"])
    one = told[(told["department"] == "C1") & (told["unit"] == "outpatient")].iloc[0]
    assert one["reason"] == "no_volume"
    assert pd.isna(one["each"])


def test_cost_of_neither_unit_is_told() -> None:
    cost = COST[COST["kind"] != "personnel"].assign(unit="shared")
    facts, booked = hospital(cost, INCOME.iloc[:0])
    found = results.allocated(assemble(facts, RULES), "direct")
    costs = unit_costs.divided(facts, booked, found, OWN, GOODS)
    assert set(costs["unit"]) == {unit_costs.UNSPLIT}
    assert costs["amount_fen"].sum() == 68_00


def test_the_day_surgery_centre_turns_with_the_method(demo_file: Path) -> None:
    store = open_store(url_of(demo_file))
    months = month_range(202511, LAST_MONTH)
    scope = Scope(hospital_of(store), months[0], months[-1])
    surplus, every = {"three_level": 0, "direct": 0}, 0
    for month in months:
        facts = facts_of(store, scope, month)
        inputs = assemble(facts, RULES)
        for method in ("three_level", "direct"):
            rows = profit.lines(facts, results.allocated(inputs, method), "ordering", OWN)
            surplus[method] += int(rows["surplus"].loc["0503"])
            every += int(rows["full"].sum()) - inputs.total_fen
    store.close()
    assert surplus == {"three_level": -49_845_024, "direct": 88_779_140}
    assert every == 0
    assert profit.turning(pd.DataFrame([surplus])).tolist() == [True]


def test_the_units_of_a_month_are_its_full_cost(demo_file: Path) -> None:
    store = open_store(url_of(demo_file))
    scope = Scope(hospital_of(store), LAST_MONTH, LAST_MONTH)
    facts = facts_of(store, scope, LAST_MONTH)
    booked = ByUnit(facts.cost, facts.income)
    store.close()
    for method in ("three_level", "reciprocal"):
        found = results.allocated(assemble(facts, RULES), method)
        costs = unit_costs.divided(facts, booked, found, OWN, GOODS)
        by_department = costs.groupby("department")["amount_fen"].sum()
        assert by_department.to_dict() == found.final.sum(axis=1).to_dict()
        assert set(costs["unit"]) == {"outpatient", "inpatient"}


@pytest.mark.parametrize("fault", ["kind", "split"])
def test_rules_stated_twice_are_refused(fault: str) -> None:
    content = OWN.model_dump(by_alias=True)
    content[fault] = [*content[fault], content[fault][0]]
    with pytest.raises(DefinitionError):
        profit_rules(content, "profit.toml")
