"""The cube: what is missing, what is zero, what is derived."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.catalog.cube import Cube, cube_of, group_measure, reported_measure
from core.catalog.model import Catalog
from core.frames import DEPARTMENTS, FACTS
from tests.catalog.tables import JAN, TWO_WARDS, UNKNOWN, departments_of, facts_of


def _column(cube: Cube, measure: str) -> list[list[float]]:
    values = cube.values  # noqa: PD011
    return values[:, :, cube.measures.index(measure)].tolist()


def test_a_hole_stays_missing_and_a_zero_stays_zero(catalog: Catalog) -> None:
    facts = facts_of({"discharges": {"A": (5, 0, None), "B": (None, 7, None)}})
    facts = pd.concat([facts, facts_of({"surgeries": {"A": (1, 1, 1)}})])
    cube = cube_of(facts, catalog, TWO_WARDS)
    assert cube.departments == ("A", "B")
    np.testing.assert_array_equal(
        _column(cube, "discharges"), [[5, UNKNOWN], [0, 7], [UNKNOWN, UNKNOWN]]
    )


def test_a_detail_is_zero_where_its_table_came_and_missing_where_it_did_not(
    catalog: Catalog,
) -> None:
    facts = facts_of({"income": {"A": (100, 100)}, "income_drug": {"A": (None, 30)}})
    cube = cube_of(facts, catalog, TWO_WARDS)
    np.testing.assert_array_equal(_column(cube, "income_drug"), [[0, UNKNOWN], [30, UNKNOWN]])


def test_open_beds_are_bed_days_over_calendar_days(catalog: Catalog) -> None:
    facts = facts_of({"bed_days_open": {"A": (310, 280, 0)}})
    cube = cube_of(facts, catalog, departments_of({"A": "clinical"}))
    assert _column(cube, "open_beds") == [[10], [10], [0]]


def test_physician_days_are_physicians_times_calendar_days(catalog: Catalog) -> None:
    facts = facts_of({"physicians": {"A": (2, 3)}})
    cube = cube_of(facts, catalog, departments_of({"A": "clinical"}))
    assert _column(cube, "physician_days") == [[62], [84]]


def test_administrative_cost_is_that_of_administrative_departments(catalog: Catalog) -> None:
    facts = facts_of({"direct_cost": {"A": (900,), "Z": (100,)}})
    cube = cube_of(facts, catalog, departments_of({"A": "clinical", "Z": "admin"}))
    np.testing.assert_array_equal(_column(cube, "cost_admin"), [[UNKNOWN, 100]])


def test_beds_that_nobody_stated_show_in_the_bed_days(catalog: Catalog) -> None:
    departments = departments_of(
        dict.fromkeys("ABCD", "clinical"), {"A": 0, "B": UNKNOWN, "C": UNKNOWN, "D": 8}
    )
    facts = facts_of({"bed_days_open": {"A": (31,), "B": (31,), "C": (0,)}})
    assert cube_of(facts, catalog, departments).with_beds == (False, True, False, True)


def test_a_department_outside_the_master_is_kept_as_unclassified(catalog: Catalog) -> None:
    cube = cube_of(facts_of({"discharges": {"X": (5,)}}), catalog, TWO_WARDS)
    assert cube.departments == ("A", "B", "X")
    assert cube.categories == ("clinical", "clinical", "unclassified")


def test_restricting_keeps_the_departments_asked_for(catalog: Catalog) -> None:
    facts = facts_of({"discharges": {"A": (5,), "B": (7,)}})
    cube = cube_of(facts, catalog, TWO_WARDS).restrict({"B", "elsewhere"})
    assert (cube.departments, cube.categories, cube.with_beds) == (("B",), ("clinical",), (True,))
    assert _column(cube, "discharges") == [[7]]


def test_a_cube_cannot_be_written_to(catalog: Catalog) -> None:
    cube = cube_of(facts_of({"discharges": {"A": (5,)}}), catalog, TWO_WARDS)
    for held in (cube, cube.restrict({"A"})):
        values = held.values  # noqa: PD011
        with pytest.raises(ValueError, match="read-only"):
            values[0, 0, 0] = 1


def test_a_fact_twice_is_a_mistake_of_the_caller(catalog: Catalog) -> None:
    facts = facts_of({"discharges": {"A": (5,)}})
    with pytest.raises(ValueError, match="twice"):
        cube_of(pd.concat([facts, facts]), catalog, TWO_WARDS)


def test_measures_that_the_catalogue_does_not_know_are_left_out(catalog: Catalog) -> None:
    facts = facts_of({"discharges": {"A": (5,)}, "parking_fees": {"A": (9,)}})
    cube = cube_of(facts, catalog, TWO_WARDS)
    assert cube.measures[: len(catalog.measures)] == tuple(catalog.measures)
    assert "parking_fees" not in cube.measures
    assert np.nansum(cube.values) == 5


def test_what_names_no_department_belongs_to_the_hospital_alone(catalog: Catalog) -> None:
    facts = facts_of({"energy_cost": {"": (700,), "A": (200,)}})
    cube = cube_of(facts, catalog, TWO_WARDS)
    place = cube.measures.index("energy_cost")
    assert cube.departments == ("A", "B")
    assert cube.whole[0, place] == 700
    np.testing.assert_array_equal(_column(cube, "energy_cost"), [[200, UNKNOWN]])
    assert np.isnan(cube.restrict({"A"}).whole[0, place])


def test_a_reported_top_counts_only_with_its_bottom(catalog: Catalog) -> None:
    code = reported_measure(catalog.reported[0], "top")
    cube = cube_of(facts_of({code: {"A": (5,)}}), catalog, TWO_WARDS)
    assert np.isnan(_column(cube, code)).all()


def test_a_disease_group_was_treated_where_it_had_a_case(catalog: Catalog) -> None:
    facts = facts_of({group_measure("G2"): {"A": (3, 0)}, group_measure("G1"): {"B": (None, 1)}})
    cube = cube_of(facts, catalog, TWO_WARDS)
    assert cube.treated.tolist() == [
        [[False, True], [False, False]],
        [[False, False], [True, False]],
    ]


def test_an_empty_store_makes_an_empty_cube(catalog: Catalog) -> None:
    cube = cube_of(FACTS.empty(), catalog, DEPARTMENTS.empty())
    assert (cube.months, cube.departments) == ((), ())
    assert cube_of(FACTS.empty(), catalog, TWO_WARDS).departments == ("A", "B")
    assert JAN not in cube.months
