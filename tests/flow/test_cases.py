"""The shared cases of queues, beds, backlogs and shifts, and cases of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.commands_solve import solved

SHARED = ("queue_mmc", "min_servers", "beds", "backlog_fluid")
COVERS = ("shift_ed_24h_base_peak", "shift_ed_6x4h", "shift_weekly_days_off")


def agree(expected: Any, found: Any) -> None:
    """Every key that is expected is there, and its numbers agree to 1e-6 of themselves."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            agree(value, found[key])
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-6)
    else:
        assert found == expected


def _expected(case: dict[str, Any]) -> dict[str, Any]:
    own = {name[7:]: value for name, value in case.items() if name.startswith("expect_")}
    checked = {"check_c_minus_1"} & case.keys()
    return case.get("expect", {}) | own | {name: case[name] for name in checked}


@pytest.mark.parametrize("name", SHARED)
def test_shared_cases_agree(shared_folder: Path, name: str) -> None:
    told = json.loads((shared_folder / "cases" / "flow" / f"{name}.json").read_text("utf-8"))
    hidden = ("expect", "check")
    bare = [
        {key: value for key, value in case.items() if not key.startswith(hidden)}
        for case in told["cases"]
    ]
    results = solved(told | {"cases": bare})["results"]
    for case, result in zip(told["cases"], results, strict=True):
        agree(_expected(case), result)


@pytest.mark.parametrize("name", COVERS)
def test_shared_covers_cost_no_more(shared_folder: Path, name: str) -> None:
    case = json.loads((shared_folder / "cases" / "flow" / f"{name}.json").read_text("utf-8"))
    bare = {key: case[key] for key in ("kind", "demand", "rule", "cols", "cost") if key in case}
    found = solved(bare)
    assert found["objective"] == pytest.approx(case["expect_objective"], rel=1e-9)
    assert all(a >= b for a, b in zip(found["staffed"], case["demand"], strict=True))
    assert found["lp_bound"] == pytest.approx(case["lp_bound"])


def one(kind: str, **inputs: Any) -> dict[str, Any]:
    return solved({"kind": kind, **inputs})


def test_an_overloaded_line_has_no_wait() -> None:
    found = one("queue", lambda_per_h=0.3, mu_per_server_h=0.1, servers=3, t_h=1)
    assert found == {"stable": False, "rho": pytest.approx(1.0)}


def test_a_line_without_a_time_asked_tells_no_share_beyond_it() -> None:
    """By hand: rho .5, wait = rho / (mu - lambda) = .5 / 2 h."""
    found = one("queue", lambda_per_h=2, mu_per_server_h=4, servers=1)
    assert "p_wait_gt_t" not in found
    assert found["Wq_min"] == pytest.approx(15)


def test_minutes_of_service_and_a_rate_say_the_same() -> None:
    rate = one("queue", lambda_per_h=14, mu=3, servers=6, t_h=0.25)
    assert one("queue", lambda_per_h=14, service_min=20, servers=6, t_min=15) == rate


def test_steady_service_halves_the_wait_of_one_server() -> None:
    """Pollaczek-Khinchine: M/D/1 waits half as long as M/M/1, 24 of 48 minutes."""
    found = one("queue", lambda_per_h=4, mu_per_server_h=5, servers=1, cv_service=0)
    assert found["Wq_min"] == pytest.approx(24)
    assert found["approximate"] is True


def test_a_squared_spread_is_read_as_its_root() -> None:
    plain = one("queue", lambda_per_h=4, mu=5, servers=1, cv=2)
    assert one("queue", lambda_per_h=4, mu=5, servers=1, scv=4) == plain


def test_every_limit_of_min_servers_is_kept() -> None:
    ask = {"lambda_per_h": 30, "mu": 4}
    assert one("min_servers", **ask, max_mean_wait_min=5)["servers"] == 10
    assert one("min_servers", **ask, max_p_wait=0.2)["servers"] == 11
    assert one("min_servers", **ask, max_mean_wait_min=5, max_p_wait=0.2)["servers"] == 11
    assert one("min_servers", **ask, max_p_wait_gt_t={"t_h": 0.25, "p": 0.05})["servers"] == 10
    assert one("min_servers", **ask, max_p_wait_gt_t=0.05, t_min=15)["servers"] == 10
    assert one("min_servers", **ask, max_rho=0.5)["servers"] == 15


def test_one_server_fewer_than_needed_is_told_unstable() -> None:
    found = one("min_servers", lambda_per_h=10, mu=5, max_p_wait=0.9)
    assert found == {"servers": 3, "check_c_minus_1": {"stable": False, "rho": 1.0}}


def test_beds_and_a_limit_are_answered_together() -> None:
    found = one("beds", adm_per_day=5, los_d=9, beds=50, max_block=0.02)
    assert found["min_beds"] == 56
    assert found["offered_load"] == 45


def test_a_ward_without_beds_refuses_everybody() -> None:
    found = one("beds", adm_per_day=5, los_d=9, beds=0)
    assert found["erlang_b_block"] == 1
    assert found["util"] is None


def test_a_list_that_only_holds_its_length_never_clears() -> None:
    found = one("backlog", backlog0=100, demand=56, cap_per_machine=28, machines=[0, 2, 3])
    assert found["0"]["wait_days_now"] is None
    assert found["2"]["clears"] is False
    assert "clear_day" not in found["2"]
    assert found["3"]["clear_day"] == 4


def test_an_empty_list_is_clear_today() -> None:
    found = one("backlog", backlog0=0, demand=50, cap_per_machine=28, machines=2)
    assert found["2"]["clear_day"] == 0


def test_columns_are_read_in_every_form() -> None:
    """Two shifts of two periods: 3 people for the first half, 5 for the second."""
    demand = [3, 2, 5, 1]
    forms = (
        {"cols": [[0, 2], [2, 2]]},
        {"periods": [[0, 1], [2, 3]]},
        {"cols": [[1, 1, 0, 0], [0, 0, 1, 1]]},
        {"shifts": [{"start": 0, "length": 2}, {"periods": [2, 3]}]},
    )
    for form in forms:
        found = one("shift_cover", demand=demand, **form)
        assert (found["objective"], found["cover"]) == (8, [3, 5])


def test_a_shift_runs_over_midnight() -> None:
    found = one("shift_cover", demand=[2, 0, 0, 2], cols=[[3, 2], [0, 2], [2, 2]])
    assert found["cover"] == [2, 0, 0]


def test_six_days_in_a_row_need_fewer_people_than_five() -> None:
    week = [6] * 7
    six = one("shift_cover", demand=week, rule="每人连上6天休1天")["objective"]
    assert (six, one("shift_cover", demand=week, work_days=5)["objective"]) == (7, 9)


@pytest.mark.parametrize(
    ("case", "code", "where"),
    [
        ({"kind": "queue", "lambda_per_h": 4, "mu": 5}, "E_CASE_MISSING", "servers"),
        ({"kind": "queue", "mu": 5, "servers": 1}, "E_CASE_MISSING", "lambda_per_h"),
        ({"kind": "queue", "lambda_per_h": 4, "servers": 1}, "E_CASE_MISSING", "mu_per_server_h"),
        ({"kind": "queue", "lambda_per_h": -4, "mu": 5, "servers": 1}, "E_CASE_INPUT", None),
        ({"kind": "queue", "lambda_per_h": 4, "mu": 0, "servers": 1}, "E_CASE_INPUT", None),
        ({"kind": "queue", "lambda_per_h": 4, "mu": 5, "servers": 1.5}, "E_CASE_INPUT", "servers"),
        ({"kind": "queue", "lambda_per_h": "4", "mu": 5, "servers": 1}, "E_CASE_INPUT", None),
        ({"kind": "min_servers", "lambda_per_h": 4, "mu": 5}, "E_CASE_MISSING", None),
        (
            {"kind": "min_servers", "lambda_per_h": 4, "mu": 5, "max_p_wait_gt_t": 0.1},
            *("E_CASE_MISSING", "t_h"),
        ),
        (
            {"kind": "min_servers", "lambda_per_h": 4, "mu": 5, "max_p_wait": 0},
            *("E_CASE_INPUT", "max_p_wait"),
        ),
        (
            {"kind": "min_servers", "lambda_per_h": 1e7, "mu": 5, "max_p_wait": 0.5},
            *("E_QUEUE_AIM", "max_p_wait"),
        ),
        ({"kind": "beds", "adm_per_day": 5, "los_d": 9}, "E_CASE_MISSING", "beds"),
        (
            {"kind": "beds", "adm_per_day": 5, "los_d": 9, "max_block": 0},
            *("E_BEDS_LIMIT", "max_block"),
        ),
        ({"kind": "beds", "adm_per_day": 5, "los_d": 9, "beds": -1}, "E_CASE_INPUT", "beds"),
        (
            {"kind": "backlog", "backlog0": 1, "demand": 1, "cap_per_machine": 1},
            *("E_CASE_MISSING", "machines"),
        ),
        ({"kind": "shift_cover", "demand": [1, 2, 3]}, "E_CASE_MISSING", "cols"),
        (
            {"kind": "shift_cover", "demand": [1, 2], "cols": [[0, 1]]},
            *("E_COVER_PERIOD", "demand[1]"),
        ),
        ({"kind": "shift_cover", "demand": [1, -2], "cols": [[0, 2]]}, "E_CASE_INPUT", None),
        ({"kind": "shift_cover", "demand": [1, 2], "cols": [[0, 3]]}, "E_CASE_INPUT", "cols[0]"),
        (
            {"kind": "shift_cover", "demand": [1, 2], "cols": [[0, 2]], "cost": [1, 2]},
            *("E_CASE_LENGTH", "cost"),
        ),
    ],
)
def test_a_bad_case_is_refused_where_it_is_wrong(
    case: dict[str, Any], code: str, where: str | None
) -> None:
    error = solved({"cases": [case]})["results"][0]["error"]
    assert error["code"] == code
    assert where in (None, error["where"])
    assert error["message"] != f"error.{code}"
