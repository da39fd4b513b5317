"""Inpatient cases: one row an admission, put together from stays, illness and charges."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.demo.charges import bills
from core.demo.clock import midnights, time_of_admission, time_of_discharge
from core.demo.drawn import Drawn
from core.demo.drg import FEN, drg, rate_fen
from core.demo.illness import Illness, illness
from core.demo.masters import masters

LIGHT, HEAVY = 1.0, 3.0
"""Weights between which the middle bound of dear cases holds."""
HIGHEST_KEY = 2**63 - 1
INSURED = ("employee", "resident")


def case_frame(drawn: Drawn) -> pd.DataFrame:
    """The contract table: patients discharged in the reported months, and those still in bed.

    In order of admission. A patient in bed has charges so far and nothing that is known only at
    discharge. Patients admitted before the first month but discharged later are in it.
    """
    stays, days = drawn.stays, drawn.days
    had = illness(drawn)
    charges = bills(drawn, had).of_patients(len(stays.first))
    columns = _times(drawn) | _places(drawn)
    columns |= _payment(drawn, had, charges.sum(axis=1))
    columns |= {
        f"charge_{name}": charges[:, place] for place, name in enumerate(drawn.ordered.categories)
    }
    columns |= _operations(drawn, had) | _outcomes(drawn, had)
    columns["remark"] = np.full(len(stays.first), "", dtype=object)
    kept = np.flatnonzero(stays.discharged >= days.starts[drawn.kept.start])
    order = kept[np.lexsort((columns["case_id"][kept], columns["admitted_at"][kept]))]
    return pd.DataFrame({name: columns[name][order] for name in _order(columns)})


def _order(columns: dict) -> list[str]:
    """The order of the contract, then the months derived from times."""
    first = "case_id admitted_at discharged_at dept_code ward_code transfers group_code weight"
    first += " low_bound high_bound payer charge_total"
    charges = [name for name in columns if name.startswith("charge_") and name != "charge_total"]
    last = "settlement outcome surgery_level preop_days elective day_case reoperated readmitted"
    last += " pathway remark month discharge_month"
    return [*first.split(), *charges, *last.split()]


def _whole(values: np.ndarray, known: np.ndarray) -> pd.arrays.IntegerArray:
    """Whole numbers, missing where not known."""
    return pd.arrays.IntegerArray(np.where(known, values, 0).astype(np.int64), ~known)


def _times(drawn: Drawn) -> dict:
    """When patients came and left: seconds UTC, and the months of both."""
    stays, days = drawn.stays, drawn.days
    gone, last = ~stays.in_bed, len(days.dates) - 1
    # Patients of the warm-up may have come before the first simulated day.
    begin = midnights(days)[0] + stays.admitted * 86_400
    left = midnights(days)[np.minimum(stays.discharged, last)] + time_of_discharge(drawn)
    came = begin + time_of_admission(drawn)
    month = days.month[np.maximum(stays.admitted, 0)]
    left_month = days.month[np.minimum(stays.discharged, last)]
    return {
        "admitted_at": came,
        "discharged_at": _whole(left, gone),
        "month": month,
        "discharge_month": _whole(left_month, gone),
    }


def _places(drawn: Drawn) -> dict:
    stays = drawn.stays
    codes = np.array([department.code for department in drawn.given.clinical], dtype=object)
    wards = np.array([room.code for room in drawn.rooms], dtype=object)
    keys = drawn.stream("case_id").integers(1, HIGHEST_KEY, len(stays.first))
    return {
        "case_id": keys,
        "dept_code": codes[stays.department],
        "ward_code": wards[stays.ward],
        "transfers": stays.transfers,
    }


def _payment(drawn: Drawn, had: Illness, total: np.ndarray) -> dict:
    """Payer, group, bounds, and what the insurance pays: weight by rate, outliers apart."""
    told, draw, gone = drg(), drawn.stream("payment"), ~drawn.stays.in_bed
    payment, count = masters().payment[0], len(total)
    names = np.array(list(told.payer), dtype=object)
    payer = names[_chosen(np.array(list(told.payer.values())), draw.random(count))]
    grouped = gone & (draw.random(count) < told.case.grouped_share)
    weight = told.of("weight")[had.group]
    benchmark = told.of("benchmark_charge")[had.group] * FEN
    ratio = np.select(
        [weight <= LIGHT, weight <= HEAVY], payment.high_ratios[:2], payment.high_ratios[2]
    )
    low, high = np.rint(payment.low_ratio * benchmark), np.rint(ratio * benchmark)
    last = len(drawn.days.dates) - 1
    month = np.searchsorted(
        drawn.days.starts, np.minimum(drawn.stays.discharged, last), side="right"
    )
    standard = np.rint(weight * rate_fen(drawn)[month - 1])
    paid = np.where(total < low, total, standard + np.maximum(total - high, 0))
    paid = np.where(grouped, paid, np.rint(told.case.ungrouped_settlement * total))
    insured = gone & np.isin(payer, INSURED)
    codes = np.array(told.codes, dtype=object)
    return {
        "payer": payer,
        "group_code": np.where(grouped, codes[had.group], ""),
        "weight": np.where(grouped, weight, np.nan),
        "low_bound": _whole(low, grouped),
        "high_bound": _whole(high, grouped),
        "charge_total": total,
        "settlement": _whole(paid, insured),
    }


def _operations(drawn: Drawn, had: Illness) -> dict:
    """Level, days before the operation, flags; missing where there was none, or not yet."""
    told, draw, stays = drg(), drawn.stream("operations"), drawn.stays
    gone, count = ~stays.in_bed, len(stays.first)
    operated = gone & had.operated
    mean = np.array([told.preop.days.get(d.code, 1.0) for d in drawn.given.clinical])
    day = np.clip(stays.admitted, 0, len(drawn.days.dates) - 1)
    mean = mean[stays.department] * (1 + told.preop.step * drawn.days.year[day])
    nights = np.where(stays.discharged == stays.admitted, 0, stays.days)
    waited = np.where(had.elective, draw.poisson(mean), draw.binomial(1, 0.3, count))
    day_case = stays.discharged == stays.admitted
    again = draw.random(count) < told.case.reoperated_share * np.where(had.level == 4, 2.2, 0.65)
    again &= ~day_case
    return {
        "surgery_level": _whole(had.level, gone),
        "preop_days": _whole(np.minimum(waited, np.maximum(nights - 1, 0)), operated),
        "elective": _whole(had.elective, operated),
        "day_case": _whole(day_case, gone),
        "reoperated": _whole(again, operated),
    }


def _outcomes(drawn: Drawn, had: Illness) -> dict:
    """How stays ended, whether they were unplanned readmissions, and the clinical pathway."""
    told, draw, stays = drg(), drawn.stream("outcomes"), drawn.stays
    case, gone, count = told.case, ~stays.in_bed, len(stays.first)
    departments = drawn.given.clinical
    intensive = [d.code for d in departments].index(drawn.given.volume.transfers.intensive)
    dying = np.array([case.mortality[group.risk] for group in told.group])[had.group]
    dying = np.where(stays.department == intensive, case.intensive_mortality, dying)
    dying[stays.discharged == stays.admitted] = 0
    ends = np.stack(
        [
            dying,
            np.full(count, case.transferred_share),
            np.full(count, case.left_share),
            np.full(count, case.other_share),
        ]
    )
    which = (draw.random(count) >= np.cumsum(ends, axis=0)).sum(axis=0)
    names = np.array(["died", "transferred", "left", "other", "home"], dtype=object)
    own = np.exp(draw.normal(0, case.department_spread, len(departments)))[stays.department]
    returned = draw.random(count) < case.readmitted_share * own
    return {
        "outcome": np.where(gone, names[which], ""),
        "readmitted": _whole(returned, gone),
        "pathway": np.where(gone, _pathways(drawn, draw), ""),
    }


def _pathways(drawn: Drawn, draw: np.random.Generator) -> np.ndarray:
    """Pathway of each patient; fewer are treated without one from year to year."""
    case, days = drg().case, drawn.days
    names = np.array(list(case.pathway), dtype=object)
    shares = np.array(list(case.pathway.values()))
    within = _chosen(shares[1:] / shares[1:].sum(), draw.random(len(drawn.stays.first)))
    day = np.minimum(drawn.stays.discharged, len(days.dates) - 1)
    without = draw.random(len(day)) < shares[0] - case.pathway_step * days.year[day]
    return np.where(without, names[0], names[1:][within])


def _chosen(shares: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Which of the shares each chance 0-1 falls on."""
    return np.searchsorted(np.cumsum(shares), chance, side="right").clip(0, len(shares) - 1)
