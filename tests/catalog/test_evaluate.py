"""Every kind of formula on tables small enough for the head."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import pytest

from core.catalog.cube import Cube, cube_of
from core.catalog.evaluate import evaluate, measure_values, year_before
from core.catalog.model import Catalog, Level
from core.errors import DataError
from core.frames import DEPARTMENTS, FACTS, VALUES
from core.months import add_months
from tests.catalog.tables import (
    FEB,
    JAN,
    MAR,
    QUARTER,
    TWO_WARDS,
    departments_of,
    facts_of,
)

MONTHS = {"1": (JAN,), "2": (FEB,), "3": (MAR,)}


def _values(frame: pd.DataFrame, column: str = "value") -> list[float]:
    """One column in the frame's order: by period, then group."""
    return [round(value, 9) for value in frame[column]]


def _cube(catalog: Catalog, table: dict) -> Cube:
    return cube_of(facts_of(table), catalog, TWO_WARDS)


OCCUPANCY = {
    "bed_days_used": {"A": (50, 100, 75), "B": (300, 100, 0)},
    "bed_days_open": {"A": (100, 100, 100), "B": (300, 300, 0)},
}


def test_a_ratio_divides_sums_at_every_level(catalog: Catalog) -> None:
    cube = _cube(catalog, OCCUPANCY)
    by_ward = evaluate(catalog, ["OP001"], cube, QUARTER, "department")
    assert _values(by_ward) == [75, 66.666666667]
    whole = evaluate(catalog, ["bed_occupancy"], cube, QUARTER)
    assert _values(whole) == [69.444444444]
    assert (whole["top"][0], whole["bottom"][0]) == (625, 900)
    assert list(whole["indicator"]) == ["OP001"]


def test_a_closed_ward_reads_as_unknown(catalog: Catalog) -> None:
    found = evaluate(catalog, ["OP001"], _cube(catalog, OCCUPANCY), MONTHS, "department")
    closed = found[(found["period"] == "3") & (found["department"] == "B")].iloc[0]
    assert np.isnan(closed["value"])
    assert (closed["bottom"], closed["reason"]) == (0, "zero_bottom")


def test_a_month_without_one_side_is_left_out_of_both(catalog: Catalog) -> None:
    cube = _cube(
        catalog,
        {"bed_days_used": {"A": (50, None, 75)}, "bed_days_open": {"A": (100, 100, None)}},
    )
    found = evaluate(catalog, ["OP001"], cube, QUARTER)
    assert (found["value"][0], found["top"][0], found["bottom"][0]) == (50, 50, 100)
    alone = evaluate(catalog, ["OP001"], cube, MONTHS)
    assert list(alone["reason"]) == ["", "no_data", "no_data"]


def test_income_without_cost_is_no_surplus(catalog: Catalog) -> None:
    cube = _cube(catalog, {"income": {"A": (100, 100)}, "direct_cost": {"A": (90,)}})
    found = evaluate(catalog, ["FN022"], cube, QUARTER)
    assert _values(found) == [10]


def test_a_total_sums_the_months_that_are_there(catalog: Catalog) -> None:
    cube = _cube(catalog, {"discharges": {"A": (5, None, 0), "B": (7, None, None)}})
    assert _values(evaluate(catalog, ["OP019"], cube, QUARTER, "department")) == [5, 7]
    found = evaluate(catalog, ["OP019"], cube, MONTHS)
    assert _values(found.iloc[[0, 2]]) == [12, 0]
    assert list(found["reason"]) == ["", "no_data", ""]
    assert np.isnan(found["bottom"]).all()


def test_a_subtracted_term_may_make_a_ratio_negative(catalog: Catalog) -> None:
    cube = _cube(
        catalog,
        {
            "bed_days_open": {"A": (300,)},
            "bed_days_used": {"A": (320,)},
            "discharges": {"A": (40,)},
        },
    )
    assert _values(evaluate(catalog, ["OP005"], cube, {"1": (JAN,)})) == [-0.5]


def test_a_ratio_over_a_negative_bottom_is_a_number(catalog: Catalog) -> None:
    cube = _cube(
        catalog,
        {
            "income": {"A": (100,)},
            "income_drug": {"A": (150,)},
            "direct_cost": {"A": (10,)},
            "cost_material": {"A": (10,)},
        },
    )
    assert _values(evaluate(catalog, ["FN003"], cube, {"1": (JAN,)})) == [-20]


def test_money_is_read_in_yuan(catalog: Catalog) -> None:
    cube = _cube(
        catalog,
        {
            "income": {"A": (45_000,)},
            "income_outpatient": {"A": (30_000,)},
            "outpatient_visits": {"A": (2,)},
            "emergency_visits": {"A": (1,)},
            "headcount": {"A": (3,)},
        },
    )
    found = evaluate(catalog, ["FN004", "HR015"], cube, {"1": (JAN,)})
    assert _values(found) == [100, 150]


def test_stocks_are_averaged_over_months_and_summed_over_departments(catalog: Catalog) -> None:
    cube = _cube(
        catalog,
        {
            "nurses": {"A": (10, 20, 30), "B": (1, 1, 1)},
            "bed_days_open": {"A": (310, 280, 310), "B": (31, 28, 31)},
        },
    )
    whole = evaluate(catalog, ["HR006"], cube, QUARTER)
    assert (whole["value"][0], whole["top"][0], whole["bottom"][0]) == (21 / 11, 21, 11)
    measures = measure_values(catalog, ["nurses", "open_beds"], cube, QUARTER, "department")
    assert _values(measures) == [20, 10, 1, 1]


def test_patients_in_bed_are_those_of_the_first_and_of_the_last_month(catalog: Catalog) -> None:
    cube = _cube(
        catalog,
        {"in_bed_start": {"A": (4, 5, 6), "B": (1, 1, 1)}, "in_bed_end": {"A": (5, 6, 7)}},
    )
    found = measure_values(catalog, ["in_bed_start", "in_bed_end"], cube, QUARTER)
    assert _values(found) == [5, 7]


def test_physicians_work_every_calendar_day(catalog: Catalog) -> None:
    cube = _cube(
        catalog,
        {"bed_days_used": {"A": (62, 84)}, "physicians": {"A": (1, 3)}},
    )
    found = evaluate(catalog, ["HR001"], cube, {"1": (JAN,), "2": (FEB,), "both": (JAN, FEB)})
    assert _values(found) == [2, 1, round(146 / 115, 9)]


def _two_years(catalog: Catalog, before: tuple, now: tuple) -> Cube:
    """Income of one ward in January to March of last year and of this year."""
    last_year = facts_of({"income": {"A": before}})
    last_year["month"] = [add_months(month, -12) for month in last_year["month"]]
    facts = pd.concat([last_year, facts_of({"income": {"A": now}})])
    return cube_of(facts, catalog, TWO_WARDS)


def test_a_change_compares_with_the_same_months_last_year(catalog: Catalog) -> None:
    cube = _two_years(catalog, (100, 100, 200), (110, 130, 240))
    found = evaluate(catalog, ["FN024"], cube, {**MONTHS, **QUARTER})
    assert _values(found) == [10, 30, 20, 20]
    assert (found["top"][3], found["bottom"][3]) == (480, 400)


def test_a_change_is_missing_when_either_year_is(catalog: Catalog) -> None:
    cube = _two_years(catalog, (100, None, 0), (None, 130, 240))
    found = evaluate(catalog, ["FN024"], cube, {**MONTHS, **QUARTER})
    assert np.isnan(found["value"]).all()
    assert list(found["reason"]) == ["no_data", "no_data", "zero_bottom", "zero_bottom"]


def test_a_change_compares_the_months_that_both_years_have(catalog: Catalog) -> None:
    cube = _two_years(catalog, (100, None, 100), (120, 500, 100))
    assert _values(evaluate(catalog, ["FN024"], cube, QUARTER)) == [10]


def test_a_change_of_a_ratio_compares_the_ratios(catalog: Catalog) -> None:
    table = {
        "income": {"A": (20_000,)},
        "income_outpatient": {"A": (20_000,)},
        "outpatient_visits": {"A": (2,)},
        "emergency_visits": {"A": (0,)},
    }
    last_year = facts_of(table)
    last_year["month"] = add_months(JAN, -12)
    now = facts_of(table)
    now.loc[now["measure"] == "income_outpatient", "value"] = 25_000
    cube = cube_of(pd.concat([last_year, now]), catalog, TWO_WARDS)
    found = evaluate(catalog, ["FN006"], cube, {"1": (JAN,)})
    assert (found["value"][0], found["top"][0], found["bottom"][0]) == (25, 125, 100)


MIXED = departments_of(
    {"C": "clinical", "D": "clinical", "L": "medical_tech", "N": "unclassified"},
    {"D": 0.0, "L": 0.0},
)


def test_an_indicator_reads_not_applicable_where_it_means_nothing(catalog: Catalog) -> None:
    facts = facts_of(
        {
            "bed_days_used": dict.fromkeys("CDLN", (1,)),
            "bed_days_open": dict.fromkeys("CDLN", (2,)),
        }
    )
    cube = cube_of(facts, catalog, MIXED)
    by_department = evaluate(catalog, ["OP001"], cube, {"1": (JAN,)}, "department")
    assert list(by_department["reason"]) == ["", "not_applicable", "not_applicable", ""]
    for column in ("value", "top", "bottom"):
        assert np.isnan(np.asarray(by_department[column])).tolist() == [False, True, True, False]
    by_category = evaluate(catalog, ["OP001"], cube, {"1": (JAN,)}, "category")
    assert list(by_category["department"]) == ["clinical", "medical_tech", "unclassified"]
    assert list(by_category["reason"]) == ["", "not_applicable", ""]
    assert list(by_category["bottom"].dropna()) == [4, 2]


def test_a_clinic_without_beds_reads_not_applicable_as_a_whole(catalog: Catalog) -> None:
    cube = cube_of(facts_of({"outpatient_visits": {"D": (9,)}}), catalog, MIXED).restrict({"D"})
    found = evaluate(catalog, ["OP001", "OP012"], cube, {"1": (JAN,)})
    assert list(found["reason"]) == ["not_applicable", "no_data"]


def test_hospital_indicators_have_no_departments(catalog: Catalog) -> None:
    cube = _cube(catalog, {"income": {"A": (100,)}, "direct_cost": {"A": (90,)}})
    for level in ("department", "category"):
        found = evaluate(catalog, ["FN022"], cube, {"1": (JAN,)}, cast(Level, level))
        assert set(found["reason"]) == {"not_applicable"}


@pytest.mark.parametrize("level", ["hospital", "department", "category"])
def test_an_empty_store_has_no_data_and_no_faults(catalog: Catalog, level: Level) -> None:
    cube = cube_of(FACTS.empty(), catalog, DEPARTMENTS.empty())
    found = VALUES.check(evaluate(catalog, catalog.indicators, cube, MONTHS, level))
    assert set(found["reason"]) <= {"no_data", "not_applicable"}
    assert len(found) == (3 * len(catalog.indicators) if level == "hospital" else 0)


def test_nothing_asked_is_an_empty_frame(catalog: Catalog) -> None:
    cube = _cube(catalog, OCCUPANCY)
    assert VALUES.check(evaluate(catalog, [], cube, QUARTER)).empty
    assert VALUES.check(evaluate(catalog, ["OP001"], cube, {})).empty
    assert list(evaluate(catalog, ["OP001"], cube, {"none": ()})["reason"]) == ["no_data"]


def test_unknown_codes_and_levels_are_refused(catalog: Catalog) -> None:
    cube = _cube(catalog, OCCUPANCY)
    with pytest.raises(DataError, match="E_INDICATOR"):
        evaluate(catalog, ["OP001", "OP000"], cube, QUARTER)
    with pytest.raises(DataError, match="E_MEASURE"):
        measure_values(catalog, ["OP001"], cube, QUARTER)
    with pytest.raises(ValueError, match="ward"):
        evaluate(catalog, ["OP001"], cube, QUARTER, cast(Level, "ward"))


def test_rows_come_by_period_then_group_then_indicator_as_asked(catalog: Catalog) -> None:
    cube = _cube(catalog, OCCUPANCY)
    found = evaluate(catalog, ["OP019", "OP001"], cube, {"z": (JAN,), "a": (FEB,)}, "department")
    assert list(found["period"]) == ["z"] * 4 + ["a"] * 4
    assert list(found["department"]) == list("AABBAABB")
    assert list(found["indicator"]) == ["OP019", "OP001"] * 4


def test_the_year_before_keeps_the_labels() -> None:
    assert year_before({"Q1": (JAN, FEB)}) == {"Q1": (202401, 202402)}
