"""Cases of queues, beds, booked examinations and shifts for `solve`. KINDS names them.

What a case gives has several names in the field; each table below lists them, the first is told
when it is missing. Rates an hour (queues) or a day (beds, backlog); shares 0-1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import DataError
from core.flow import cases_cover
from core.flow.backlog import Backlog
from core.flow.beds import MOST_BEDS, Beds, least_beds
from core.flow.queues import MOST_SERVERS, Aim, Line, Waiting, least_servers, waiting
from core.statistics import given

Case = Mapping[str, Any]
Answer = dict[str, Any]

ARRIVALS = {"lambda_per_h": 1.0, "arrivals_per_h": 1.0, "lambda": 1.0}
RATE = {"mu_per_server_h": 1.0, "mu": 1.0, "mu_per_h": 1.0}
SERVICE = {"service_h": 1.0, "service_min": 1 / 60, "mean_service_min": 1 / 60}
CV_ARRIVAL = ("cv_arrival", "cv_a", "ca")
CV_SERVICE = ("cv_service", "cv_s", "cs", "cv")
SCV_ARRIVAL = ("scv_arrival", "ca2")
SCV_SERVICE = ("scv_service", "cs2", "scv")
ADMISSIONS = {"adm_per_day": 1.0, "admissions_per_day": 1.0, "lambda_per_day": 1.0}
STAY = {"los_d": 1.0, "los_days": 1.0, "los": 1.0, "los_h": 1 / 24}
LONGER = {"t_h": 1.0, "t_min": 1 / 60}
WAIT = {"max_mean_wait_h": 1.0, "max_mean_wait_min": 1 / 60}


def _found(case: Case, names: Mapping[str, float]) -> float | None:
    """The first of the names that the case gives, in the unit of the first one; never negative."""
    for name, unit in names.items():
        value = given.number(case, name, None)
        if value is not None:
            given.refuse(name, [value], lambda one: one < 0)
            return value * unit
    return None


def _needed(case: Case, names: Mapping[str, float]) -> float:
    value = _found(case, names)
    if value is None:
        raise DataError("E_CASE_MISSING", where=next(iter(names)))
    return value


def _count(case: Case, name: str, least: int, most: int) -> int | None:
    value = given.whole(case, name, None)
    if value is not None and not least <= value <= most:
        raise DataError("E_CASE_INPUT", where=name, value=value)
    return value


def _share(case: Case, name: str) -> float | None:
    value = given.number(case, name, None)
    if value is not None and not 0 <= value <= 1:
        raise DataError("E_CASE_INPUT", where=name, value=value)
    return value


def _rate(case: Case) -> float:
    rate = _found(case, RATE)
    if rate is None:
        service = _found(case, SERVICE)
        if service is None:
            raise DataError("E_CASE_MISSING", where="mu_per_server_h")
        rate = 1 / service if service > 0 else math.inf
    if not 0 < rate < math.inf:
        raise DataError("E_CASE_INPUT", where="mu_per_server_h", value=rate)
    return rate


def _spread(case: Case, plain: tuple[str, ...], squared: tuple[str, ...]) -> float:
    value = _found(case, dict.fromkeys(plain, 1.0))
    if value is not None:
        return value
    value = _found(case, dict.fromkeys(squared, 1.0))
    return 1.0 if value is None else math.sqrt(value)


def _line(case: Case, servers: int) -> Line:
    arrivals, rate = _needed(case, ARRIVALS), _rate(case)
    spread = _spread(case, CV_ARRIVAL, SCV_ARRIVAL), _spread(case, CV_SERVICE, SCV_SERVICE)
    return Line(arrivals, rate, servers, *spread)


def queue(case: Case) -> Answer:
    """A line in the long run; only `stable` and `rho` where it has none."""
    found = given.inputs(case)
    servers = _count(found, "servers", 1, MOST_SERVERS)
    if servers is None:
        raise DataError("E_CASE_MISSING", where="servers")
    line = _line(found, servers)
    result = waiting(line)
    if not result.stable:
        return {"stable": False, "rho": line.rho}
    answer: Answer = {
        "stable": True,
        "rho": line.rho,
        "p_wait": result.p_wait,
        "Lq": result.queue,
        "Wq_min": result.wait_h * 60,
        "W_min": result.stay_h * 60,
        "L": result.inside,
    }
    hours = _found(found, LONGER)
    if hours is not None:
        answer["p_wait_gt_t"] = {"t_h": hours, "p": result.p_longer(hours)}
    return answer if line.exact else answer | {"approximate": True}


def min_servers(case: Case) -> Answer:
    """The fewest servers that meet every limit of the case, and what one fewer would do."""
    found = given.inputs(case)
    line, aim = _line(found, 1), _aim(found)
    result = least_servers(line, aim)
    if result is None:
        raise DataError("E_QUEUE_AIM", where=_limit(found), most=MOST_SERVERS)
    answer: Answer = {"servers": result.line.servers}
    if result.line.servers > 1:
        fewer = Line(
            *(line.arrivals, line.service_rate, result.line.servers - 1),
            *(line.cv_arrival, line.cv_service),
        )
        answer["check_c_minus_1"] = _checked(waiting(fewer))
    return answer if line.exact else answer | {"approximate": True}


def _checked(result: Waiting) -> Answer:
    if not result.stable:
        return {"stable": False, "rho": result.line.rho}
    told = {"rho": result.line.rho, "p_wait": result.p_wait, "Wq": result.wait_h}
    return {"stable": True, **told}


LIMITS = ("max_mean_wait_min", "max_mean_wait_h", "max_p_wait", "max_p_wait_gt_t", "max_rho")


def _limit(case: Case) -> str:
    """The first limit that a case gives."""
    return next((name for name in LIMITS if case.get(name) is not None), "")


def _aim(case: Case) -> Aim:
    if not _limit(case):
        raise DataError("E_CASE_MISSING", where=" / ".join(LIMITS))
    for name in LIMITS:
        limit = case.get(name)
        if isinstance(limit, int | float) and limit <= 0:
            raise DataError("E_CASE_INPUT", where=name, value=limit)
    hours, longer = _found(case, LONGER), case.get("max_p_wait_gt_t")
    if isinstance(longer, dict):
        given_hours = _found(longer, LONGER)
        hours = hours if given_hours is None else given_hours
        longer = longer.get("p")
    share = _share({"max_p_wait_gt_t": longer}, "max_p_wait_gt_t")
    if share is not None and hours is None:
        raise DataError("E_CASE_MISSING", where="t_h")
    wait = _found(case, WAIT)
    most_p, rho = _share(case, "max_p_wait"), _share(case, "max_rho")
    return Aim(
        math.inf if wait is None else wait,
        math.inf if most_p is None else most_p,
        hours or 0.0,
        math.inf if share is None else share,
        math.inf if rho is None else rho,
    )


def beds(case: Case) -> Answer:
    """Demand, refusals and occupancy of `beds`; the fewest beds for `max_block`; or both."""
    found = given.inputs(case)
    admissions, stay = _needed(found, ADMISSIONS), _needed(found, STAY)
    count, most = _count(found, "beds", 0, MOST_BEDS), _share(found, "max_block")
    if count is None and most is None:
        raise DataError("E_CASE_MISSING", where="beds")
    answer: Answer = {}
    if count is not None:
        ward = Beds(admissions, stay, count)
        answer = {
            "offered_load": ward.load,
            "erlang_b_block": ward.refused,
            "mean_occ": ward.occupied,
            "util": given.one(ward.occupancy),
            "p_demand_gt_beds": ward.p_short,
            "q95_demand": ward.high_demand,
        }
    if most is not None:
        least = least_beds(admissions * stay, most)
        if least is None:
            raise DataError("E_BEDS_LIMIT", where="max_block", most=MOST_BEDS)
        answer["min_beds"] = least
    return answer


def backlog(case: Case) -> Answer:
    """By number of machines: whether and on which day the list clears, and today's wait."""
    found = given.inputs(case)
    machines = found.get("machines")
    counts = {"machines": machines if isinstance(machines, list) else [machines]}
    if machines is None:
        raise DataError("E_CASE_MISSING", where="machines")
    asked = given.numbers(counts, "machines")
    given.refuse("machines", asked, lambda one: not (one >= 0 and one == int(one)))
    start = _needed(found, {"backlog0": 1.0, "backlog": 1.0})
    demand = _needed(found, {"demand": 1.0, "demand_per_day": 1.0})
    each = _needed(found, {"cap_per_machine": 1.0, "cap_per_machine_day": 1.0})
    return {str(int(count)): _cleared(Backlog(start, demand, each, count)) for count in asked}


def _cleared(found: Backlog) -> Answer:
    told: Answer = {"clears": found.clears}
    if found.clears:
        told["clear_day"] = found.clear_day
    wait = given.one(found.wait_days)
    return told | {"wait_days_now": wait, "backlog_day10": found.on_day(10)}


KINDS: dict[str, Callable[[Case], Answer]] = {
    "queue": queue,
    "min_servers": min_servers,
    "beds": beds,
    "backlog": backlog,
    "shift_cover": cases_cover.shift_cover,
}
"""What can be asked of patient flow."""
