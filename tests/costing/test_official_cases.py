"""Official tables of disease groups and of service items: the engine's own totals, to the 分."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from core.costing.examinations import examination_costs
from core.costing.groups import COSTS, Costed, added, costed
from core.costing.official import cases, items
from core.costing.official.material import Cases, Material, Performer, Table
from core.costing.sides import CLASSES
from core.words import set_language, t
from tests.costing.test_groups import DRG, OUTLIERS, G, H, V, case_rows, month

LINES: list[list[object]] = [
    ["W", "drug", 50],
    ["W", "material", 100],
    ["W", "exam", 50],
    ["W", "personnel", 300],
    ["W", "treatment", 200],
    ["W", "level1", 60],
    ["W", "level2", 40],
    ["V", "personnel", 90],
    ["V", "level1", 10],
]
PARTS = pd.DataFrame(LINES, columns=pd.Index(["department", "part", "inpatient"]))


def groups() -> Costed:
    return added([costed(case_rows(G, H, V), month(), DRG, "days")], OUTLIERS.empty())


FIRST = groups().groups.head(1)


def material(systems: dict[str, str], performers: tuple[Performer, ...] = ()) -> Material:
    set_language("zh")
    none = pd.DataFrame()
    told = Cases(groups(), PARTS, {"G": "甲组", "H": "乙组"}, systems)
    return Material("", "", {"W": "内科"}, {}, none, none, none, none, none, told, performers)


def total(table: Table, head: str) -> object:
    return table.lines[-1][table.heads.index(head)]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_every_drg_table_adds_up_to_what_the_cases_carry(at: int) -> None:
    given = material({"G": "drg", "H": "drg"})
    table = cases.tables(given, "drg")[at]
    heads = [t("official.cases.cost"), t("official.amount", kind=t("official.total"))]
    head = next(head for head in heads if head in table.heads)
    assert total(table, head) == groups().carried_fen / 100


def test_classes_add_up_to_the_engines() -> None:
    table = cases.tables(material({"G": "drg", "H": "drg"}), "drg")[0]
    heads = [t("official.amount", kind=t(f"disease.class.{name}")) for name in CLASSES]
    sums = groups().groups[list(COSTS)].sum() / 100
    assert [total(table, head) for head in heads] == sums.tolist()


def test_pool_carried_and_difference_are_told_under_the_table() -> None:
    found = groups()
    note = cases.tables(material({"G": "drg"}), "drg")[0].note
    for fen in (found.pool_fen, found.carried_fen, found.variance_fen):
        assert f"{fen / 100:,.2f}" in note


def test_dip_groups_are_diseases_and_each_case_is_told_once() -> None:
    given = material({"G": "dip", "H": "drg"})
    both = [cases.tables(given, system)[0] for system in cases.SYSTEMS]
    assert [len(table.lines) for table in both] == [2, 2]
    told = [total(table, t("official.cases.cost")) for table in both]
    assert round(sum(float(str(one)) for one in told) * 100) == groups().carried_fen


def test_a_hospital_without_dip_groups_has_no_disease_tables() -> None:
    assert cases.tables(material({"G": "drg", "H": "drg"}), "disease") == ()


def test_cases_without_a_group_go_with_what_most_groups_are() -> None:
    told = Cases(groups(), PARTS, {}, {"A": "dip", "B": "dip", "C": "drg"})
    assert told.system_of("") == "disease"
    assert replace(told, systems={}).system_of("") == "drg"


def test_care_is_told_apart_as_the_department_spends_it() -> None:
    rows = groups().groups.query("department == 'W'").reset_index(drop=True)
    parts = cases.parts_of(rows, PARTS)
    # W spends 300 on staff and 200 on treatment, 60 and 40 on what is shared to it.
    care = rows["cost_care"].to_numpy()
    assert parts["personnel"].tolist() == (care * 3 // 5).tolist()
    assert parts["level2"].tolist() == (rows["cost_shared"].to_numpy() * 2 // 5).tolist()


@settings(max_examples=25, deadline=None)
@drawn(st.lists(st.integers(-9_999, 9_999), min_size=5, max_size=5))
def test_parts_of_a_group_add_up_whatever_it_costs(costs: list[int]) -> None:
    rows = FIRST.assign(**dict(zip(COSTS, costs, strict=True)))
    assert int(cases.parts_of(rows, PARTS).to_numpy().sum()) == sum(costs)


def examined() -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "kind": ["ct", "mr"],
            "volume": [3, 1],
            "minutes": [10.0, np.nan],
            "income": [600.0, 400.0],
            "own": [np.nan, np.nan],
        }
    )
    return examination_costs(700.0, rows).assign(name=["CT", "磁共振"])


PERFORMERS = (
    Performer("T1", 1001, 700.0, examined()),
    Performer("T2", 999, float("nan"), pd.DataFrame()),
)


def test_items_and_the_rest_are_the_departments_full_cost() -> None:
    summary, detail = items.tables(material({}, PERFORMERS))
    assert summary.lines[-1][2:5] == (20.0, 7.0, 13.0)
    assert sum(float(str(line[5])) for line in detail.lines[:-1]) == pytest.approx(7.0)
    assert detail.lines[-1][5] == 7.0


def test_a_department_without_machines_says_why_it_has_no_items() -> None:
    summary = items.tables(material({}, PERFORMERS))[0]
    assert summary.lines[1][-1] == t("official.items.none")


def test_a_way_that_cannot_be_told_is_empty() -> None:
    detail = items.tables(material({}, PERFORMERS))[1]
    minutes = t("official.items.each", way=t("disease.items.way.minutes"))
    assert detail.lines[0][detail.heads.index(minutes)] is None
    assert detail.lines[0][6] == t("official.way.income")


def test_without_any_examinations_there_are_no_item_tables() -> None:
    assert items.tables(material({}, PERFORMERS[1:])) == ()
