"""What holds for every allocation, whatever the hospital."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.costing.allocation import Allocation, allocate
from core.costing.model import METHODS, Method

METHOD = st.sampled_from(METHODS)
CATEGORIES = ("admin", "medical_aux", "medical_tech", "clinical")
Given = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


@st.composite
def hospitals(draw: st.DrawFn) -> Given:
    """Up to three departments of a category; every support serves all others, itself too."""
    codes = [
        (f"{category[0:9]}{place}", category)
        for category in CATEGORIES
        for place in range(draw(st.integers(category == "clinical", 3)))
    ]
    amount = st.integers(-(10**9), 10**9)
    direct = [(code, item, draw(amount)) for code, _ in codes for item in ("staff", "material")]
    services = [
        (source, receiver, "hours", draw(st.integers(1, 10**6)))
        for source, category in codes
        if category != "clinical"
        for receiver, _ in codes
    ]
    return (
        pd.DataFrame(direct, columns=pd.Index(["department", "item", "amount_fen"])),
        pd.DataFrame(
            services,
            columns=pd.Index(["from_department", "to_department", "driver", "quantity"]),
        ),
        pd.DataFrame(codes, columns=pd.Index(["department", "category"])),
    )


def by_item(found: Allocation) -> dict[str, int]:
    return {str(item): int(amount) for item, amount in found.final.sum().items()}


@settings(max_examples=60, deadline=None)
@given(hospitals(), METHOD)
def test_every_item_is_conserved_to_the_fen(hospital: Given, method: Method) -> None:
    found = allocate(*hospital, method)
    assert by_item(found) == hospital[0].groupby("item")["amount_fen"].sum().to_dict()
    assert found.certificate.conserved
    assert found.unassigned.empty


@settings(max_examples=30, deadline=None)
@given(hospitals(), METHOD, st.randoms(use_true_random=False))
def test_rows_may_come_in_any_order(hospital: Given, method: Method, chance: object) -> None:
    seed = chance.randrange(10**6)  # type: ignore[attr-defined]
    direct, services, departments = (frame.sample(frac=1, random_state=seed) for frame in hospital)
    one, other = allocate(*hospital, method), allocate(direct, services, departments, method)
    pd.testing.assert_frame_equal(one.final, other.final)
    assert one.certificate.result == other.certificate.result
    assert one.certificate.inputs == other.certificate.inputs


@settings(max_examples=30, deadline=None)
@given(hospitals(), METHOD, st.sampled_from([0.001, 3.0, 1000.0]))
def test_the_unit_of_a_driver_changes_nothing(
    hospital: Given, method: Method, factor: float
) -> None:
    direct, services, departments = hospital
    scaled = services.assign(quantity=services["quantity"] * factor)
    one, other = allocate(*hospital, method), allocate(direct, scaled, departments, method)
    pd.testing.assert_frame_equal(one.final, other.final)


@settings(max_examples=30, deadline=None)
@given(hospitals(), METHOD)
def test_what_a_department_does_for_itself_leaves_the_finals_alone(
    hospital: Given, method: Method
) -> None:
    direct, services, departments = hospital
    other = services[services["from_department"] != services["to_department"]]
    one, two = allocate(*hospital, method), allocate(direct, other, departments, method)
    assert (one.final - two.final).abs().to_numpy().max() <= 1


@settings(max_examples=30, deadline=None)
@given(hospitals(), METHOD)
def test_origin_tells_where_all_cost_ends(hospital: Given, method: Method) -> None:
    found = allocate(*hospital, method)
    assert found.origin.sum().to_numpy() == pytest.approx(np.ones(found.origin.shape[1]))
    if method == "step_down_accumulated":
        return
    direct = hospital[0].pivot_table(index="department", columns="item", values="amount_fen")
    told = found.origin @ direct.loc[found.origin.columns]
    steps = 2 * len(hospital[2])  # at most one fen a step
    assert (told[found.final.columns] - found.final).abs().to_numpy().max() <= steps


@settings(max_examples=30, deadline=None)
@given(hospitals(), METHOD)
def test_flows_add_up_to_what_was_handed_on(hospital: Given, method: Method) -> None:
    found = allocate(*hospital, method)
    into = found.flows[found.flows["to_department"].isin(found.final.index)]
    got = into.pivot_table(
        index="to_department", columns="item", values="amount_fen", aggfunc="sum"
    )
    direct = hospital[0].pivot_table(index="department", columns="item", values="amount_fen")
    own = direct.loc[found.final.index]
    told = got.reindex(index=own.index, columns=own.columns).fillna(0) + own
    assert (told[found.final.columns].to_numpy() == found.final.to_numpy()).all()


@settings(max_examples=30, deadline=None)
@given(hospitals())
def test_reciprocal_is_the_limit_of_distributing_again_and_again(hospital: Given) -> None:
    direct, services, departments = hospital
    services = services.assign(quantity=1 + services["quantity"] % 10)  # so that it is soon near
    found = allocate(direct, services, departments, "reciprocal")
    amounts = direct.groupby("department")["amount_fen"].sum().astype(float)
    matrix = services.pivot_table(
        index="from_department", columns="to_department", values="quantity", aggfunc="sum"
    )
    shares = matrix.div(matrix.sum(axis=1), axis=0).to_dict("index")
    final = dict.fromkeys(found.final.index, 0.0)
    waiting = {str(code): amount for code, amount in amounts.items()}
    for _ in range(400):
        following: dict[str, float] = {}
        for code, amount in waiting.items():
            if code in final:
                final[code] += amount
                continue
            for receiver, share in shares[code].items():
                following[str(receiver)] = following.get(str(receiver), 0.0) + amount * share
        waiting = following
    assert found.final.sum(axis=1).to_dict() == pytest.approx(final, abs=5)


def test_three_levels_go_down_and_never_sideways_or_up() -> None:
    """One department a level, in 分: 100 + 50 + 80 down to 200 and 300 (shared case, by hand)."""
    codes = {"ADM": "admin", "AUX": "medical_aux", "TECH": "medical_tech"}
    departments = pd.DataFrame(
        [*codes.items(), ("CA", "clinical"), ("CB", "clinical")],
        columns=pd.Index(["department", "category"]),
    )
    direct = pd.DataFrame(
        {
            "department": ["ADM", "AUX", "TECH", "CA", "CB"],
            "item": "staff",
            "amount_fen": [10000, 5000, 8000, 20000, 30000],
        }
    )
    quantities = {
        "ADM": {"ADM": 7, "AUX": 10, "TECH": 20, "CA": 30, "CB": 40},
        "AUX": {"ADM": 9, "TECH": 2, "CA": 3, "CB": 5},
        "TECH": {"AUX": 4, "CA": 1, "CB": 3},
    }
    services = pd.DataFrame(
        [(a, b, a, q) for a, row in quantities.items() for b, q in row.items()],
        columns=pd.Index(["from_department", "to_department", "driver", "quantity"]),
    )
    found = allocate(direct, services, departments, "three_level")
    assert found.final["staff"].to_dict() == {"CA": 27600, "CB": 45400}
    assert found.received.loc["CA"].to_dict() == {0: 20000, 1: 3000, 2: 1800, 3: 2800}
    assert set(found.flows["from_department"]) == {"ADM", "AUX", "TECH"}
    upward = found.flows.merge(departments, left_on="to_department", right_on="department")
    assert "admin" not in set(upward["category"])


def test_every_method_is_known() -> None:
    assert set(get_args(Method)) == set(METHODS)
    frame = pd.DataFrame()
    with pytest.raises(ValueError, match="no method"):
        allocate(frame, frame, frame, "guess")  # type: ignore[arg-type]
