"""What cannot be allocated is refused before the run: code, place and the money at stake."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.costing.allocation import Allocation, allocate
from core.costing.model import METHODS, AllocationError, Method, Problem
from core.words import error_text

Quantities = dict[str, dict[str, Any]]
KNOWN = {"A": "admin", "X": "medical_aux", "C": "clinical"}


def units(**categories: str) -> pd.DataFrame:
    return pd.DataFrame(list(categories.items()), columns=pd.Index(["department", "category"]))


def costs(**amounts: object) -> pd.DataFrame:
    rows = [(code, "staff", amount) for code, amount in amounts.items()]
    return pd.DataFrame(rows, columns=pd.Index(["department", "item", "amount_fen"]))


def services(quantities: Quantities) -> pd.DataFrame:
    rows = [(a, b, "hours", q) for a, row in quantities.items() for b, q in row.items()]
    names = ["from_department", "to_department", "driver", "quantity"]
    return pd.DataFrame(rows, columns=pd.Index(names))


def refused(
    direct: pd.DataFrame,
    quantities: Quantities,
    method: Method = "reciprocal",
    order: Sequence[str] | None = None,
    **categories: str,
) -> dict[str, Problem]:
    known = categories or KNOWN
    with pytest.raises(AllocationError) as fault:
        allocate(direct, services(quantities), units(**known), method, order)
    assert not error_text(fault.value).startswith("error.")
    assert fault.value.code == fault.value.problems[0].code
    return {problem.code: problem for problem in fault.value.problems}


GOOD: Quantities = {"A": {"X": 1, "C": 3}, "X": {"C": 1}}


@pytest.mark.parametrize("method", METHODS)
def test_a_driver_that_adds_up_to_zero(method: Method) -> None:
    found = refused(costs(A=100, X=250, C=0), {**GOOD, "X": {"C": 0}}, method)
    assert found["E_DRIVER_ZERO"] == Problem("E_DRIVER_ZERO", ("X",), 250)


@pytest.mark.parametrize("method", METHODS)
def test_supports_that_serve_only_each_other(method: Method) -> None:
    found = refused(
        costs(X=100, Y=200, F=0),
        {"X": {"Y": 1}, "Y": {"X": 1}},
        method,
        **{"X": "support", "Y": "support", "F": "final"},
    )
    assert found == {"E_CLOSED_LOOP": Problem("E_CLOSED_LOOP", ("X", "Y"), 300)}


def test_a_department_that_serves_only_itself_is_a_loop() -> None:
    assert "E_CLOSED_LOOP" in refused(costs(A=5, X=7, C=0), {**GOOD, "X": {"X": 4}})


def test_a_chain_that_ends_nowhere_is_told_apart_from_its_end() -> None:
    found = refused(costs(A=5, X=7, C=0), {"A": {"X": 1}})
    assert found["E_DRIVER_ZERO"].departments == ("X",)
    assert found["E_NO_FINAL"] == Problem("E_NO_FINAL", ("A",), 5)


def test_a_nearly_closed_loop_still_gives_all_away() -> None:
    found = allocate(
        costs(X=10_000, Y=20_000, F=0),
        services({"X": {"Y": 999, "F": 1}, "Y": {"X": 999, "F": 1}}),
        units(X="support", Y="support", F="final"),
        "reciprocal",
    )
    assert found.final.loc["F", "staff"] == 30_000
    assert found.certificate.conserved


def test_a_chain_of_sixty_arrives() -> None:
    codes = [f"S{place:02}" for place in range(60)]
    quantities: Quantities = {a: {b: 1} for a, b in pairwise([*codes, "F"])}
    for method in ("step_down", "reciprocal"):
        found = allocate(
            costs(**dict.fromkeys(codes, 1), F=0),
            services(quantities),
            units(**dict.fromkeys(codes, "support"), F="final"),
            method,
            codes if method == "step_down" else None,
        )
        assert found.final.loc["F", "staff"] == 60


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (-3, "E_DRIVER_NEGATIVE"),
        (np.nan, "E_DRIVER_MISSING"),
        ("-", "E_DRIVER_MISSING"),
    ],
)
def test_a_quantity_that_is_no_quantity(quantity: object, code: str) -> None:
    quantities = {**GOOD, "X": {"C": quantity, "A": 2}}
    assert refused(costs(A=1, X=1, C=1), quantities)[code].departments == ("X",)


def test_departments_that_are_not_known_are_told_with_their_cost() -> None:
    found = refused(costs(A=1, X=1, C=1, Z=500), {**GOOD, "X": {"C": 1, "Q": 4}})
    assert found["E_DEPARTMENT_UNKNOWN"].departments in (("Z",), ("Q",))
    with pytest.raises(AllocationError) as fault:
        allocate(costs(A=1, Z=500), services(GOOD), units(A="admin", X="?", C="clinical"), "direct")
    known = {(p.code, p.departments, p.amount_fen) for p in fault.value.problems}
    assert ("E_DEPARTMENT_UNKNOWN", ("Z",), 500) in known
    assert ("E_DEPARTMENT_CATEGORY", ("X",), 0) in known


def test_the_same_department_twice() -> None:
    twice = pd.concat([units(A="admin", C="clinical"), units(A="admin")])
    with pytest.raises(AllocationError, match="E_DEPARTMENT_TWICE"):
        allocate(costs(A=1, C=1), services({"A": {"C": 1}}), twice, "direct")


@pytest.mark.parametrize("amount", [1.5, "一百", np.nan, 2.0**60])
def test_an_amount_that_is_no_whole_number_of_fen(amount: object) -> None:
    assert refused(costs(A=amount, X=1, C=1), GOOD)["E_AMOUNT"].departments == ("A",)


def test_two_drivers_of_one_source_do_not_add_up() -> None:
    mixed = services(GOOD)
    mixed.loc[0, "driver"] = "area"
    with pytest.raises(AllocationError, match="E_DRIVER_MIXED"):
        allocate(
            costs(A=1, X=1, C=1), mixed, units(A="admin", X="medical_aux", C="clinical"), "direct"
        )


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (["A"], "E_ORDER_MISSING"),
        (["A", "X", "A"], "E_ORDER_TWICE"),
        (["A", "X", "C"], "E_ORDER_UNKNOWN"),
    ],
)
def test_an_order_that_is_not_the_supports(order: list[str], code: str) -> None:
    assert code in refused(costs(A=1, X=1, C=1), GOOD, "step_down", order)


def test_receivers_that_the_method_does_not_allow() -> None:
    quantities: Quantities = {"A": {"X": 1}, "X": {"C": 1}}
    assert refused(costs(A=9, X=1, C=1), quantities, "direct")["E_NO_RECEIVER"].amount_fen == 9
    quantities = {"A": {"C": 1}, "X": {"A": 1}}
    assert "E_NO_RECEIVER" in refused(costs(A=9, X=1, C=1), quantities, "three_level")
    quantities = {"A": {"C": 1}, "X": {"A": 1}}
    assert "E_NO_RECEIVER" in refused(costs(A=9, X=1, C=1), quantities, "step_down", ["A", "X"])


def test_all_reasons_come_together() -> None:
    found = refused(
        costs(A=100, X=250, C=0, Z=7), {"A": {"X": -1, "C": 2}, "X": {"C": 0}}, "step_down", ["A"]
    )
    assert set(found) >= {
        *("E_DEPARTMENT_UNKNOWN", "E_DRIVER_NEGATIVE", "E_DRIVER_ZERO", "E_ORDER_MISSING"),
    }


def run(policy: str, method: Method = "three_level") -> Allocation:
    return allocate(
        costs(A=100, X=250, C=10),
        services({**GOOD, "X": {"C": 0}}),
        units(A="admin", X="medical_aux", C="clinical"),
        method,
        policies={"X": policy},  # type: ignore[dict-item]
        fallback=services({"X": {"C": 5}}),
    )


@pytest.mark.parametrize("method", METHODS)
def test_cost_that_is_held_stays_in_sight(method: Method) -> None:
    found = run("hold", method)
    assert found.certificate.conserved
    held = found.unassigned.set_index("department")["amount_fen"].to_dict()
    received = 0 if method == "direct" else 25
    assert held == {"X": 250 + received}
    assert found.final.loc["C", "staff"] == 360 - 250 - received


def test_another_driver_takes_the_place_of_an_empty_one() -> None:
    found = run("fallback")
    assert found.unassigned.empty
    assert found.final.loc["C", "staff"] == 360


def test_reversed_cost_is_shared_as_its_mirror_image() -> None:
    quantities: Quantities = {"A": {"C": 1, "D": 1, "E": 1}}
    known = units(A="admin", C="clinical", D="clinical", E="clinical")
    one, other = (
        allocate(costs(A=amount, C=0, D=0, E=0), services(quantities), known, "three_level")
        for amount in (1000, -1000)
    )
    assert (one.final == -other.final).to_numpy().all()
    assert one.final["staff"].tolist() == [334, 333, 333]


def test_huge_and_tiny_amounts_together() -> None:
    huge = 10**14  # 1e12 元
    found = allocate(
        costs(A=huge, X=1, C=1),
        services(GOOD),
        units(A="admin", X="medical_aux", C="clinical"),
        "three_level",
    )
    assert int(found.final["staff"].sum()) == huge + 2
    assert found.certificate.conserved
