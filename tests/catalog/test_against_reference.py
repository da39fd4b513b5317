"""evaluate agrees with the slow second implementation on random facts with holes."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest

from core.catalog.cube import cube_of
from core.catalog.evaluate import evaluate, measure_values
from core.catalog.model import Catalog, Level
from core.frames import DEPARTMENTS, FACTS
from core.months import month_range
from tests.catalog.conftest import ROOT
from tests.catalog.reference import Answer, Hospital, read_definitions
from tests.catalog.reference_tables import Row

MONTHS = month_range(202311, 202512)
PERIODS = {
    **{str(month): (month,) for month in MONTHS[::6]},
    "a quarter": month_range(202504, 202506),
    "a year": month_range(202501, 202512),
    "two months apart": (202502, 202509),
    "partly before the data": month_range(202309, 202402),
    "wholly after the data": (202701,),
    "no months": (),
}
DEPARTMENT_ROWS: list[Row] = [
    {"department": "C1", "category": "clinical", "beds": 30},
    {"department": "C2", "category": "clinical", "beds": 0},
    {"department": "C3", "category": "clinical", "beds": None},
    {"department": "L1", "category": "medical_tech", "beds": 0},
    {"department": "S1", "category": "medical_aux", "beds": None},
    {"department": "U1", "category": "unclassified", "beds": 12},
    {"department": "Z1", "category": "admin", "beds": 0},
]


def _random_facts(indicators: dict[str, Row], measures: dict[str, Row], seed: int) -> list[Row]:
    """A quarter of the values missing, some 0, and some measures missing in a whole month.

    The hospital ('') reports some indicators itself, and uses energy that no department has.
    """
    dice = random.Random(seed)
    codes = [
        code
        for code, measure in measures.items()
        if not {"per_day", "times_days", "of"} & set(measure["source"])
    ]
    reported = [code for code, row in indicators.items() if row["formula"]["kind"] == "reported"]
    parts = [f"reported.{code}{part}" for code in reported for part in ("", ".top", ".bottom")]
    groups = [f"disease_group.G{number}" for number in range(9)]
    every = [*codes, *parts, *groups]
    gone = {(month, code) for month in MONTHS for code in every if dice.random() < 0.15}
    owners = [row["department"] for row in DEPARTMENT_ROWS]
    return [
        {"month": month, "department": owner, "measure": code, "value": value}
        for month in MONTHS
        for code in every
        for owner in ([*owners, ""] if code in parts or code == "energy_cost" else owners)
        if (month, code) not in gone and dice.random() > (0.7 if owner == "" else 0.25)
        for value in [0.0 if dice.random() < 0.2 else float(dice.randint(1, 10_000))]
    ]


def _hospital(indicators: dict[str, Row], measures: dict[str, Row], facts: list[Row]) -> Hospital:
    found = {(row["month"], row["department"], row["measure"]): row["value"] for row in facts}
    treated: dict[tuple[int, str], set[str]] = {}
    for (month, department, measure), value in found.items():
        if measure.startswith("disease_group.") and value > 0:
            treated.setdefault((month, department), set()).add(measure)
    return Hospital(indicators, measures, found, DEPARTMENT_ROWS, treated)


def _frame_of(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows).reindex(columns=list(DEPARTMENTS.columns))
    return frame.astype({"beds": float})


def _same(one: float, other: float | None) -> bool:
    if other is None:
        return bool(np.isnan(one))
    return bool(np.isclose(one, other, rtol=1e-9, atol=1e-9))


@pytest.mark.parametrize("level", ["hospital", "department", "category"])
@pytest.mark.parametrize("seed", [1, 2])
def test_evaluate_agrees_with_plain_loops(catalog: Catalog, level: Level, seed: int) -> None:
    indicators, measures = read_definitions(ROOT / "data" / "catalog")
    facts = _random_facts(indicators, measures, seed)
    expected = _hospital(indicators, measures, facts).answers(level, PERIODS)
    frame = pd.DataFrame(facts, columns=list(FACTS.columns))
    cube = cube_of(frame, catalog, _frame_of(DEPARTMENT_ROWS))
    values = evaluate(catalog, catalog.indicators, cube, PERIODS, level)

    assert len(values) == len(expected)
    wrong: list[tuple[object, Answer]] = []
    for row in values.to_dict("records"):
        answer = expected[(row["period"], row["department"], row["indicator"])]
        numbers = zip((row["value"], row["top"], row["bottom"]), answer[:3], strict=True)
        if row["reason"] != answer[3] or not all(_same(one, other) for one, other in numbers):
            wrong.append((row, answer))
    assert wrong == []
    reasons = {answer[3] for answer in expected.values()}
    assert {"", "no_data"} | ({"zero_bottom"} if level == "department" else set()) <= reasons


@pytest.mark.parametrize("level", ["hospital", "department", "category"])
def test_measures_agree_with_plain_loops(catalog: Catalog, level: Level) -> None:
    indicators, measures = read_definitions(ROOT / "data" / "catalog")
    facts = _random_facts(indicators, measures, 4)
    hospital = _hospital(indicators, measures, facts)
    cube = cube_of(
        pd.DataFrame(facts, columns=list(FACTS.columns)), catalog, _frame_of(DEPARTMENT_ROWS)
    )
    values = measure_values(catalog, measures, cube, PERIODS, level)
    groups = hospital.groups(level)
    for row in values.to_dict("records"):
        members = groups[row["department"]]
        formula = hospital.formula(row["indicator"])
        months = [m for m in PERIODS[row["period"]] if hospital.counts(formula, m, members)]
        answer = hospital.compute(formula, months, members)
        assert _same(row["value"], answer[0]), row
        assert row["reason"] == answer[3]
