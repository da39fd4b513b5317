"""Campuses, disease groups, machines and groups of staff as levels, on tables done in the head."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.analysis.decompose import explain
from core.analysis.equipment import MACHINE_USE, MACHINES
from core.analysis.explore import Cut, pivot, shares
from core.analysis.levels import (
    below,
    campus_values,
    levels_of,
    machine_cube,
    read_as,
    staff_cube,
)
from core.analysis.overview import Asked
from core.catalog.cube import Cube, cube_of
from core.catalog.evaluate import evaluate
from core.catalog.model import Level
from tests.catalog.tables import FEB, JAN, TWO_WARDS, UNKNOWN, departments_of, facts_of
from tests.stores import CATALOG


@pytest.mark.parametrize(
    ("code", "levels"),
    [
        ("FN022", ("hospital", "campus")),
        ("OP001", ("hospital", "campus", "category", "department")),
        ("OP048", ("hospital", "campus", "category", "department", "disease_group")),
        ("OP024", ("hospital", "campus", "category", "department", "machine")),
        ("QA055", ("disease_group",)),
        ("HR015", ("hospital", "campus", "category", "department")),
        ("HR029", ("hospital", "campus", "category", "department", "staff_group")),
    ],
)
def test_an_indicator_is_read_where_all_it_is_made_of_is_kept(
    code: str, levels: tuple[str, ...]
) -> None:
    assert levels_of(CATALOG, CATALOG.indicators[code]) == levels


def test_what_is_behind_an_indicator_has_figures_at_its_level() -> None:
    for code in CATALOG.indicators:
        level, other = below(CATALOG, code)
        if level:
            assert level in levels_of(CATALOG, CATALOG.indicators[other]), code
    assert below(CATALOG, "OP048") == ("disease_group", "OP048")
    assert below(CATALOG, "FN022") == ("disease_group", "FN033")
    assert below(CATALOG, "SV007") == ("", "")


def test_an_indicator_is_opened_for_a_level_and_for_nothing_else() -> None:
    assert read_as(CATALOG, "OP048", "department") is CATALOG
    opened = read_as(CATALOG, "OP048", "disease_group")
    assert "disease_group" in opened.indicators["OP048"].grain
    assert "hospital" in read_as(CATALOG, "QA055", "disease_group").indicators["QA055"].grain
    assert "disease_group" not in CATALOG.indicators["OP048"].grain


def test_a_campus_is_sum_over_sum_of_its_departments() -> None:
    facts = facts_of(
        {
            "bed_days_used": {"A": (10,), "B": (90,), "C": (50,)},
            "bed_days_open": {"A": (100,), "B": (100,), "C": (50,)},
        }
    )
    wards = departments_of(dict.fromkeys("ABC", "clinical"))
    cube = cube_of(facts, CATALOG, wards)
    sites = {"01": ["A", "B"], "02": ["C"], "03": []}
    found = campus_values(CATALOG, ["OP001"], cube, {"now": (JAN,)}, sites)
    values = dict(zip(found["department"], found["value"], strict=True))
    assert (values["01"], values["02"]) == pytest.approx((50, 100))
    assert np.isnan(values["03"])


def register(*rows: dict[str, Any]) -> pd.DataFrame:
    plain = {
        "name_zh": "机",
        "name_en": "",
        "campus": "",
        "price_fen": 1,
        "in_service": 202001,
        "retired": 0,
        "life_years": 8.0,
        "capacity_per_day": 10.0,
        "open_hours_per_day": 8.0,
        "minutes_per_exam": 20.0,
        "maintenance_per_year_fen": 0.0,
        "fee_per_exam_fen": 0.0,
        "emergency_reserve": False,
    }
    return pd.DataFrame([plain | row for row in rows], columns=pd.Index(list(MACHINES.columns)))


def use(*rows: tuple[str, float, float, float]) -> pd.DataFrame:
    """(machine, hours, examinations, days due) in January."""
    plain = dict.fromkeys(MACHINE_USE.columns, 0.0)
    named = [
        plain | {"month": JAN, "machine": m, "hours": h, "examinations": e, "days_due": d}
        for m, h, e, d in rows
    ]
    return pd.DataFrame(named, columns=pd.Index(list(MACHINE_USE.columns)))


def test_a_machine_has_the_ratios_of_its_own_hours_and_days() -> None:
    machines = register(
        {"code": "CT-1", "kind": "ct", "department": "A"},
        {"code": "MR-1", "kind": "mr", "department": "A", "emergency_reserve": True},
        {"code": "CT-2", "kind": "ct", "department": "B"},
    )
    worked = use(("CT-1", 40, 50, 10), ("MR-1", 8, 4, 10), ("CT-2", 1, 1, 1))
    cube = cube_of(facts_of({"income": {"A": (1,)}}), CATALOG, TWO_WARDS)
    own = machine_cube(CATALOG, (machines, worked), cube, "A")
    assert own.departments == ("CT-1", "MR-1")
    asked = (["OP024", "OP025", "OP055", "QA062"], own, {"now": (JAN,)})
    found = evaluate(CATALOG, *asked, "machine").set_index(["department", "indicator"])["value"]
    assert found["CT-1", "OP024"] == pytest.approx(50)  # 40 of 10 x 8 hours
    assert found["CT-1", "OP025"] == pytest.approx(50)  # 50 of 10 x 10 examinations
    assert found["MR-1", "OP024"] == pytest.approx(10)
    assert np.isnan(found["MR-1", "OP055"])  # it stands by: its idle time is no fault
    whole = evaluate(CATALOG, *asked, "hospital").set_index("indicator")["value"]
    assert whole["OP024"] == pytest.approx(30)  # 48 of 160 hours


STAFFED = {
    "headcount": {"A": (10, 12), "B": (5, 6)},
    "physicians": {"A": (4, 4), "B": (1, 1)},
    "nurses": {"A": (3, 5), "B": (2, 2)},
    "technicians": {"B": (1, 1)},
}


def members(cube: Cube, level: Level = "staff_group") -> dict[str, float]:
    """Head count of January by group."""
    found = evaluate(CATALOG, ["HR029"], cube, {"": (JAN,)}, level)
    return dict(zip(found["department"], found["value"], strict=True))


def test_groups_of_staff_share_out_the_head_count() -> None:
    cube = cube_of(facts_of(STAFFED), CATALOG, TWO_WARDS)
    told = members(staff_cube(cube))
    nobody = told.pop("pharmacists")
    assert told == {"physicians": 5, "nurses": 5, "technicians": 1, "other": 4}
    assert np.isnan(nobody)  # nobody states pharmacists
    assert members(staff_cube(cube), "hospital") == {"": 15}
    own = members(staff_cube(cube, "A"))
    assert (own["physicians"], own["nurses"], own["other"]) == (4, 3, 3)


def test_a_change_of_staff_is_the_change_of_its_groups() -> None:
    cube = staff_cube(cube_of(facts_of(STAFFED), CATALOG, TWO_WARDS))
    found = explain(CATALOG, "HR029", cube, (JAN,), (FEB,))
    assert found.change == 3
    assert dict(zip(found.parts["part"], found.parts["total"], strict=True)) == {
        "nurses": 2,
        "other": 1,
        "physicians": 0,
        "technicians": 0,
    }


@pytest.mark.parametrize(
    ("stated", "rest", "whole"),
    [
        ({"headcount": {"A": (10,)}, "nurses": {"A": (12,)}}, UNKNOWN, 10),
        ({"headcount": {"A": (10,)}}, UNKNOWN, 10),
        ({"nurses": {"A": (12,)}}, UNKNOWN, UNKNOWN),
        ({"headcount": {"": (10,)}, "nurses": {"A": (4,)}}, 6, 10),
        ({"headcount": {"A": (4,)}, "nurses": {"A": (4,)}}, 0, 4),
    ],
)
def test_what_groups_leave_over_is_told_only_where_it_is_known(
    stated: dict[str, Any], rest: float, whole: float
) -> None:
    """More in the groups than on duty, no groups, no head count, that of the whole alone."""
    cube = staff_cube(cube_of(facts_of(stated), CATALOG, TWO_WARDS))
    assert members(cube)["other"] == pytest.approx(rest, nan_ok=True)
    assert members(cube, "hospital")[""] == pytest.approx(whole, nan_ok=True)


def test_each_group_is_a_share_of_all_staff() -> None:
    cut = Cut("staff_group", staff_cube(cube_of(facts_of(STAFFED), CATALOG, TWO_WARDS)), {})
    rows = evaluate(CATALOG, ["HR029"], cut.cube, {"": (JAN,)}, "staff_group")
    found = shares(CATALOG, cut, Asked((JAN,), (), ("HR029",)), rows)
    assert found[:2] == pytest.approx([100 / 3, 100 / 3])
    assert pivot(CATALOG, cut, ["HR029"], {"": (JAN,)}).loc["", ("", "HR029")] == 15
