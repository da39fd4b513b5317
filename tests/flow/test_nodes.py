"""Nodes where patients wait: sums over sums, what is missing stays missing; a week's opening."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.errors import DefinitionError
from core.flow.nodes import WAITS, nodes, slowest, yearly_fixed
from core.flow.opening import Opening, Room, opening_of, week_of
from core.flow.queue_cases import load_queue_cases

MONTH = 202610


def months(**changed: Any) -> pd.DataFrame:
    """Two scanners, 10 hours a day, 20 days, 15 minutes: 600 examinations each."""
    row = {
        "month": MONTH,
        "kind": "ct",
        "department": "A",
        "open_hours_per_day": 10.0,
        "minutes_per_exam": 20.0,
        "capacity_per_day": 35.0,
        "price_fen": 800.0,
        "life_years": 8.0,
        "maintenance_per_year_fen": 10.0,
        "examinations": 600.0,
        "hours": 150.0,
        "days_due": 20.0,
        "days_down": math.nan,
    }
    return pd.DataFrame([row | {"machine": code} | changed for code in ("1", "2")])


def waits(days: float = 2.0) -> pd.DataFrame:
    row = {"month": MONTH, "department": "A", "kind": "exam_days"}
    return pd.DataFrame([row | {"waited": 100 * days, "patients": 100.0}])


def one(rows: pd.DataFrame, told: pd.DataFrame | None = None) -> dict[Any, Any]:
    found = nodes(rows, WAITS.empty() if told is None else told, [MONTH])
    return found.to_dict("records")[0]


def test_arrivals_are_examinations_over_open_hours() -> None:
    node = one(months())
    assert node["arrivals"] == pytest.approx(1200 / (20 * 10))
    assert (node["machines"], node["daily"]) == (2, 60)


def test_the_work_is_the_hours_of_use_over_the_open_hours() -> None:
    assert one(months())["rho"] == pytest.approx(300 / 400)


def test_without_hours_of_use_the_register_tells_the_minutes() -> None:
    node = one(months(hours=math.nan))
    assert (node["minutes"], node["measured"]) == (20, False)


def test_down_days_are_not_open() -> None:
    assert one(months(days_down=5.0))["rho"] == pytest.approx(300 / 300)


def test_a_node_without_room_has_no_wait() -> None:
    assert math.isnan(one(months(days_down=5.0))["wait_min"])


def test_a_register_without_opening_hours_tells_no_use() -> None:
    assert math.isnan(one(months(open_hours_per_day=math.nan))["rho"])


def test_planned_treatments_are_busy_but_nobody_queues() -> None:
    node = one(months(kind="dialysis"))
    assert node["rho"] == pytest.approx(0.75)
    assert math.isnan(node["wait_min"])


def test_analysers_are_no_node() -> None:
    assert nodes(months(kind="lab"), WAITS.empty(), [MONTH]).empty


def test_days_of_booking_are_those_of_the_department() -> None:
    assert one(months(), waits(3.0))["exam_days"] == pytest.approx(3.0)


def test_clinics_are_nodes_by_their_reported_minutes() -> None:
    rows = waits(9.0).assign(kind="clinic_minutes", department="B")
    found = nodes(months(), rows, [MONTH]).to_dict("records")
    assert [(node["code"], node["reported_min"]) for node in found[1:]] == [("clinic.B", 9.0)]


def test_no_rows_make_no_nodes() -> None:
    assert nodes(months().iloc[:0], WAITS.empty(), [MONTH]).empty


def test_the_slowest_and_the_busiest_are_named_apart() -> None:
    rows = pd.concat([months(), months(kind="mr", department="B", hours=180.0)])
    booked, busy = slowest(nodes(rows, waits(), [MONTH]).to_dict("records"))
    assert booked is not None
    assert busy is not None
    assert (booked["code"], busy["code"]) == ("ct.A", "mr.B")


def test_one_more_machine_costs_its_share_of_the_price_and_its_upkeep() -> None:
    assert yearly_fixed(one(months())) == pytest.approx(800 / 8 + 10)


def test_upkeep_that_nobody_states_is_left_out() -> None:
    assert yearly_fixed(one(months(maintenance_per_year_fen=math.nan))) == pytest.approx(100)


def test_a_week_brings_as_many_as_its_mean_says() -> None:
    plan = week_of(Room(6.0, 20.0, 3), Opening(8, 10, 5))
    assert plan.arrivals.sum() == pytest.approx(6 * 50)
    assert (plan.arrivals[:8].sum(), plan.arrivals[120:].sum()) == (0, 0)


def test_a_shape_moves_arrivals_within_the_opening() -> None:
    shape = [1.0] * 168
    shape[9] = 11.0
    plan = week_of(Room(6.0, 20.0, 3), Opening(8, 10, 5), shape)
    assert plan.arrivals[9] == pytest.approx(11 * plan.arrivals[8])
    assert plan.arrivals.sum() == pytest.approx(300)


def test_who_has_come_is_served_after_closing_unless_the_room_shuts() -> None:
    late = [week_of(Room(6.0, 20.0, 3), Opening(8, 10, 5, stays)) for stays in (True, False)]
    assert [int(plan.servers[20]) for plan in late] == [3, 0]


def test_opening_hours_fit_into_the_day() -> None:
    assert opening_of(24, 31) == Opening(0, 24, 7)
    assert opening_of(7.2, 21) == Opening(8, 7, 5)


def test_the_sources_case_is_marked_as_one() -> None:
    (case,) = load_queue_cases(Path("data/flow/queues.toml"))
    assert (case.source_kind, case.to_check) == ("case", True)


def test_a_case_file_with_a_fault_says_so(tmp_path: Path) -> None:
    file = tmp_path / "queues.toml"
    file.write_text("[[case]]\ncode = 'x'\n", "utf-8")
    with pytest.raises(DefinitionError):
        load_queue_cases(file)
