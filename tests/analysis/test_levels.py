"""Campuses, disease groups and machines as levels, on tables done in the head."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.analysis.equipment import MACHINE_USE, MACHINES
from core.analysis.levels import below, campus_values, levels_of, machine_cube, read_as
from core.catalog.cube import cube_of
from core.catalog.evaluate import evaluate
from tests.catalog.tables import JAN, TWO_WARDS, departments_of, facts_of
from tests.stores import CATALOG


@pytest.mark.parametrize(
    ("code", "levels"),
    [
        ("FN022", ("hospital", "campus")),
        ("OP001", ("hospital", "campus", "category", "department")),
        ("OP048", ("hospital", "campus", "category", "department", "disease_group")),
        ("OP024", ("hospital", "campus", "category", "department", "machine")),
        ("QA055", ("disease_group",)),
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
