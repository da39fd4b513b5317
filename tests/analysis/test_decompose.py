"""Changes and their parts: done in the head, always adding up, over the whole demo hospital."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis import decompose
from core.analysis.decompose import Explained, explain, explain_sides, price_volume_mix
from core.catalog.cube import Cube, cube_of
from core.catalog.disease import disease_cube
from core.errors import DataError
from core.frames import FACTS, Scope
from core.hospital import records
from core.hospital.rollups.reads.records import cases
from core.store.opening import open_store
from tests.catalog.small import catalog_of, indicator, measure
from tests.catalog.tables import departments_of
from tests.stores import CATALOG, url_of

THEN, NOW = 202509, 202609
LABELS = "ABC"
WARDS = departments_of(dict.fromkeys(LABELS, "clinical"))
Pair = tuple[float | None, float | None]

SMALL = catalog_of(
    measure("top"),
    measure("bottom"),
    measure("staff", "stock_mean"),
    indicator("XX001", {"kind": "ratio", "top": ["top"], "bottom": ["bottom"], "per": 100}),
    indicator("XX002", {"kind": "total", "measures": ["top", "-bottom"], "per": 2}, unit="例"),
    indicator("XX003", {"kind": "change", "of": "top"}),
    indicator("XX004", {"kind": "ratio", "top": ["top"], "bottom": ["staff"]}),
    indicator("XX005", {"kind": "reported"}),
    indicator("XX006", {"kind": "spread", "of": "XX001"}, grain=["hospital"]),
    indicator("XX007", {"kind": "change", "of": "XX001"}),
    indicator("XX008", {"kind": "reported", "over": "sum"}),
)


def cube(
    table: Mapping[int, Mapping[str, Pair]], names: tuple[str, ...] = ("top", "bottom")
) -> Cube:
    """{month: {department: (top, bottom)}}; None is not reported."""
    rows = [
        (month, department, name, float(value))
        for month, places in table.items()
        for department, pair in places.items()
        for name, value in zip(names, pair, strict=True)
        if value is not None
    ]
    return cube_of(pd.DataFrame(rows, columns=pd.Index(list(FACTS.columns))), SMALL, WARDS)


def split(found: Cube, code: str = "XX001") -> Explained:
    return explain(SMALL, code, found, (THEN,), (NOW,))


def part(found: Explained, name: str) -> pd.Series:
    return found.parts[found.parts["part"] == name].iloc[0]


def adds_up(found: Explained) -> bool:
    total = float(found.parts["total"].sum())
    largest = max(1.0, abs(found.before), abs(found.after), float(found.parts["total"].abs().max()))
    effects = found.parts[list(found.effects)].sum(axis=1)
    assert np.allclose(effects, found.parts["total"], rtol=0, atol=1e-9 * largest)
    return abs(total - found.change) <= 1e-9 * largest


def test_a_share_rises_by_its_members_own_rise_and_by_their_mix() -> None:
    """A 10 % -> 20 % with half the cases both times: +5 points, all of it its own."""
    found = split(
        cube({THEN: {"A": (10, 100), "B": (30, 100)}, NOW: {"A": (20, 100), "B": (30, 100)}})
    )
    assert (found.before, found.after, found.change) == pytest.approx((20, 25, 5))
    assert part(found, "A")[["before", "after", "rate", "mix", "total"]].tolist() == pytest.approx(
        [10, 20, 5, 0, 5]
    )
    assert part(found, "B")["total"] == pytest.approx(0)


def test_with_unchanged_members_the_mix_explains_it_all() -> None:
    """B's share grows from 1/2 to 3/4 with 30 % against A's 10 %: 20 % becomes 25 %."""
    found = split(
        cube({THEN: {"A": (10, 100), "B": (30, 100)}, NOW: {"A": (5, 50), "B": (45, 150)}})
    )
    assert found.change == pytest.approx(5)
    assert found.summed() == pytest.approx({"rate": 0, "mix": 5})
    # each takes its shift of a quarter times its distance from the middle, 22.5 %
    assert part(found, "A")["mix"] == pytest.approx(-0.25 * (10 - 22.5))
    assert part(found, "B")["mix"] == pytest.approx(0.25 * (30 - 22.5))


def test_a_department_that_opened_counts_as_mix_alone() -> None:
    found = split(cube({THEN: {"A": (10, 100)}, NOW: {"A": (10, 100), "B": (50, 100)}}))
    opened = part(found, "B")
    assert (found.change, opened["rate"]) == pytest.approx((20, 0))
    assert np.isnan(opened["before"])
    assert opened["after"] == pytest.approx(50)
    assert adds_up(found)


def test_a_department_that_closed_counts_as_mix_alone() -> None:
    found = split(cube({THEN: {"A": (10, 100), "B": (50, 100)}, NOW: {"A": (10, 100)}}))
    assert (found.change, part(found, "B")["rate"]) == pytest.approx((-20, 0))
    assert adds_up(found)


def test_a_top_without_a_bottom_is_rate() -> None:
    """C has complaints but no visits: what it adds is 5 of 200."""
    both = {"A": (10, 100), "B": (10, 100)}
    found = split(cube({THEN: both, NOW: {**both, "C": (5, 0)}}))
    assert part(found, "C")[["rate", "mix"]].tolist() == pytest.approx([2.5, 0])
    assert np.isnan(part(found, "C")["after"])
    assert adds_up(found)


def test_what_no_member_can_say_stands_apart() -> None:
    """C's bottom was not reported: its 20 count for the hospital, not for a department."""
    both = {"A": (10, 100), "B": (10, 100)}
    found = split(cube({THEN: both, NOW: {**both, "C": (20, None)}}))
    assert found.after == pytest.approx(20)
    assert part(found, "")["total"] == pytest.approx(10)
    assert "C" not in set(found.parts["part"])


def test_figures_of_the_whole_hospital_stand_apart() -> None:
    found = split(cube({THEN: {"A": (10, 100)}, NOW: {"A": (10, 100), "": (10, 0)}}))
    assert part(found, "")["total"] == pytest.approx(10)


def test_an_amount_moves_with_its_members() -> None:
    """2 x (top - bottom): A from 20 to 60, B from 40 to 30."""
    found = split(
        cube({THEN: {"A": (20, 10), "B": (30, 10)}, NOW: {"A": (40, 10), "B": (25, 10)}}), "XX002"
    )
    assert (found.before, found.after) == (60, 90)
    assert found.effects == ("amount",)
    assert found.parts[["part", "before", "after", "total"]].to_numpy().tolist() == [
        ["A", 20, 60, 40],
        ["B", 40, 30, -10],
    ]


def test_a_growth_is_split_as_the_quotient_it_is() -> None:
    """Growth goes from 0 % to 25 %; A's own from 0 % to 50 %, half of the base being A's."""
    months = {
        202409: {"A": (100, 0), "B": (100, 0)},
        THEN: {"A": (100, 0), "B": (100, 0)},
        NOW: {"A": (150, 0), "B": (100, 0)},
    }
    found = split(cube(months), "XX003")
    assert (found.before, found.after) == pytest.approx((0, 25))
    assert part(found, "A")[["before", "after", "rate", "mix"]].tolist() == pytest.approx(
        [0, 50, 25, 0]
    )
    assert adds_up(found)


def test_a_stock_below_is_averaged_over_the_months() -> None:
    """Tops are added up, staff is averaged: 60 over 10 become 90 over 10."""
    months = {
        202508: {"A": (30, 10)},
        THEN: {"A": (30, 10)},
        202608: {"A": (45, 8)},
        NOW: {"A": (45, 12)},
    }
    found = explain(SMALL, "XX004", cube(months, ("top", "staff")), (202508, THEN), (202608, NOW))
    assert (found.before, found.after) == pytest.approx((6, 9))
    assert part(found, "A")["rate"] == pytest.approx(3)


def test_a_month_that_one_department_missed_leaves_the_sum_exact() -> None:
    months = {
        202508: {"A": (1, 10), "B": (2, 10)},
        THEN: {"A": (3, 10), "B": (4, 10)},
        202608: {"A": (5, 10)},
        NOW: {"A": (6, 10), "B": (7, 10)},
    }
    found = explain(SMALL, "XX001", cube(months), (202508, THEN), (202608, NOW))
    assert found.change == pytest.approx(60 - 25)
    assert adds_up(found)


def test_the_largest_part_comes_first() -> None:
    months = {THEN: {"A": (1, 10), "B": (1, 10)}, NOW: {"A": (2, 10), "B": (9, 10)}}
    assert split(cube(months)).parts["part"].tolist() == ["B", "A"]


@pytest.mark.parametrize("code", ["XX006", "XX007"])
def test_what_is_no_sum_cannot_be_split(code: str) -> None:
    found = cube({THEN: {"A": (1, 10)}, NOW: {"A": (2, 10)}})
    with pytest.raises(DataError, match="E_EXPLAIN_KIND"):
        split(found, code)


@pytest.mark.parametrize("code", ["XX005", "XX008"])
def test_a_value_reported_without_its_two_sides_cannot_be_split(code: str) -> None:
    rows = [(month, "", f"reported.{code}", 5.0) for month in (THEN, NOW)]
    facts = pd.DataFrame(rows, columns=pd.Index(list(FACTS.columns)))
    with pytest.raises(DataError, match="E_EXPLAIN_KIND"):
        split(cube_of(facts, SMALL, WARDS), code)


def test_a_value_reported_with_its_two_sides_is_split() -> None:
    rows = [
        (month, department, f"reported.XX005.{side}", value)
        for month, a in ((THEN, 10.0), (NOW, 30.0))
        for department, top in (("A", a), ("B", 10.0))
        for side, value in (("top", top), ("bottom", 100.0))
    ]
    found = split(
        cube_of(pd.DataFrame(rows, columns=pd.Index(list(FACTS.columns))), SMALL, WARDS), "XX005"
    )
    assert part(found, "A")["total"] == pytest.approx(found.change)
    assert adds_up(found)


def test_a_period_without_a_value_is_named() -> None:
    with pytest.raises(DataError, match="E_EXPLAIN_MISSING"):
        split(cube({NOW: {"A": (1, 10)}}))
    with pytest.raises(DataError, match="E_EXPLAIN_MISSING"):
        split(cube({THEN: {"A": (1, 0)}, NOW: {"A": (1, 10)}}))


def test_the_two_sides_of_a_share() -> None:
    """10/100 -> 30/200: the top adds 20 x mean(1/100, 1/200), the bottom takes the rest."""
    months = {THEN: {"A": (10, 100)}, NOW: {"A": (30, 200)}}
    found = explain_sides(SMALL, "XX001", cube(months), (THEN,), (NOW,))
    assert found.change == pytest.approx(5)
    assert part(found, "top")["total"] == pytest.approx(15)
    assert part(found, "bottom")["total"] == pytest.approx(-10)


def test_cost_is_told_by_kind_and_the_rest_keeps_a_part_of_its_own() -> None:
    """Income 1000 -> 1000, cost 500 -> 700, of which material 100 -> 250: 30 points -> 10."""
    rows = [
        (month, "A", name, value)
        for month, material, every in ((THEN, 100.0, 500.0), (NOW, 250.0, 700.0))
        for name, value in (
            ("income", 1000.0),
            ("direct_cost", every),
            ("cost_material", material),
        )
    ]
    facts = pd.DataFrame(rows, columns=pd.Index(list(FACTS.columns)))
    found = explain_sides(CATALOG, "FN022", cube_of(facts, CATALOG, WARDS), (THEN,), (NOW,))
    assert found.change == pytest.approx(-20)
    assert part(found, "cost_material")["total"] == pytest.approx(-15)
    assert part(found, "top")["total"] == pytest.approx(-5)
    assert adds_up(found)


def test_the_distance_from_a_target_is_shared_by_weight() -> None:
    """Target 15 %: A misses by 5 points with a quarter of the cases, B by 15 with the rest."""
    found = decompose.explain_target(
        SMALL, "XX001", cube({NOW: {"A": (20, 100), "B": (90, 300)}}), (NOW,), 15
    )
    assert (found.before, found.change) == pytest.approx((15, 12.5))
    assert (part(found, "A")["total"], part(found, "B")["total"]) == pytest.approx((1.25, 11.25))
    with pytest.raises(DataError, match="E_EXPLAIN_KIND"):
        decompose.explain_target(SMALL, "XX002", cube({NOW: {"A": (1, 1)}}), (NOW,), 1)


def test_money_moves_by_price_volume_and_mix() -> None:
    """10 a piece for both; A doubles its pieces at 12, B keeps 10 pieces at 10."""
    money = pd.Series({"A": 100.0, "B": 100.0}), pd.Series({"A": 240.0, "B": 100.0})
    pieces = pd.Series({"A": 10.0, "B": 10.0}), pd.Series({"A": 20.0, "B": 10.0})
    found = price_volume_mix(money, pieces)
    assert found.summed() == pytest.approx({"price": 40, "volume": 100, "mix": 0})
    assert part(found, "A")[["price", "volume", "mix"]].tolist() == pytest.approx([40, 50, 50])


def test_money_of_the_first_pieces_is_volume_and_without_pieces_price() -> None:
    nothing, some = pd.Series({"A": 0.0}), pd.Series({"A": 10.0})
    assert price_volume_mix((nothing, some), (nothing, some)).summed() == pytest.approx(
        {"price": 0, "volume": 10, "mix": 0}
    )
    assert price_volume_mix((nothing, some), (nothing, nothing)).summed()["price"] == 10


def test_money_of_the_whole_hospital_is_not_lost() -> None:
    months = {THEN: {"A": (100, 10)}, NOW: {"A": (100, 10), "": (50, None)}}
    found = decompose.explain_money(SMALL, ("top", "bottom"), cube(months), (THEN,), (NOW,))
    assert (found.after, part(found, "")["price"]) == (150, 50)
    with pytest.raises(DataError, match="E_EXPLAIN_MISSING"):
        decompose.explain_money(SMALL, ("top", "staff"), cube(months), (THEN,), (NOW,))


_counts = st.one_of(st.none(), st.integers(min_value=0, max_value=10**9).map(float))
_places = st.dictionaries(st.sampled_from(["", *LABELS]), st.tuples(_counts, _counts), max_size=4)
_months = st.fixed_dictionaries(dict.fromkeys((202409, 202508, THEN, 202608, NOW), _places))


@settings(deadline=None)
@given(months=_months, code=st.sampled_from(["XX001", "XX002", "XX003"]))
def test_the_parts_add_up_whatever_is_missing(
    months: dict[int, dict[str, Pair]], code: str
) -> None:
    if not any(pair for places in months.values() for pair in places.values()):
        return
    asked = (SMALL, code, cube(months), (202508, THEN), (202608, NOW))
    try:
        found = explain(*asked)
    except DataError as error:
        assert error.code == "E_EXPLAIN_MISSING"
        return
    assert adds_up(found)
    assert adds_up(explain_sides(*asked))


_series = st.dictionaries(st.sampled_from(LABELS), st.integers(0, 10**9).map(float)).map(
    lambda values: pd.Series(values, dtype=float)
)


@settings(deadline=None)
@given(money=st.tuples(_series, _series), volume=st.tuples(_series, _series))
def test_price_volume_and_mix_add_up(
    money: tuple[pd.Series, pd.Series], volume: tuple[pd.Series, pd.Series]
) -> None:
    found = price_volume_mix(money, volume)
    largest = max(
        1.0, *(abs(effect) for effect in found.parts[list(found.effects)].to_numpy().ravel()), 1.0
    )
    assert abs(found.parts["total"].sum() - found.change) <= 1e-9 * largest


@pytest.fixture(scope="module")
def demo(demo_file: Path) -> tuple[Cube, Cube]:
    """The demo hospital by department and by disease group."""
    store = open_store(url_of(demo_file))
    hospital = int(records.hospitals(store)["id"].iloc[0])
    first, last = records.months_reported(store, hospital) or (0, 0)
    scope = Scope(hospital, first, last)
    every = cube_of(records.facts(store, scope), CATALOG, records.departments(store, scope))
    groups = disease_cube(CATALOG, cases(store, scope), every)
    store.close()
    return every, groups


def test_every_indicator_of_the_demo_adds_up(demo: tuple[Cube, Cube]) -> None:
    """Spans of unlike length, one with a month that a department missed."""
    spans = (202502,), (202601, 202602, 202603)
    every, groups = demo
    done = {"department": 0, "disease_group": 0}
    for cut in (every, groups):
        for code in CATALOG.indicators:
            try:
                found = explain(CATALOG, code, cut, *spans)
            except DataError as error:
                assert error.code in ("E_EXPLAIN_KIND", "E_EXPLAIN_MISSING")
                continue
            assert adds_up(found), code
            assert adds_up(explain_sides(CATALOG, code, cut, *spans)), code
            done[cut.by] += 1
    assert done["department"] > 150
    assert done["disease_group"] > 10


def test_the_material_story_is_found_by_department(demo: tuple[Cube, Cube]) -> None:
    """脊柱创伤骨科 uses 17 % more material in the third quarter."""
    found = explain(CATALOG, "FN002", demo[0], (202507, 202508, 202509), (202607, 202608, 202609))
    assert found.parts["part"].iloc[0] == "0205"
    assert found.parts["rate"].iloc[0] > 0.1


def test_the_stent_story_is_found_by_disease_group(
    demo_file: Path, demo: tuple[Cube, Cube]
) -> None:
    """Stents (F01) of cardiology turn from a loss to a gain with the price cut of early 2025."""
    store = open_store(url_of(demo_file))
    scope = Scope(int(records.hospitals(store)["id"].iloc[0]), demo[0].months[0], 202610)
    own = disease_cube(CATALOG, cases(store, scope), demo[0], "0101")
    store.close()
    found = explain(CATALOG, "FN033", own, (202406, 202407, 202408), (202606, 202607, 202608))
    first = found.parts.iloc[0]
    assert first["part"] == "F01"
    assert first["before"] < -10 < 0 < first["after"]
    assert first["rate"] > 1
    assert adds_up(found)


def test_details_add_up_to_the_measure_they_detail() -> None:
    assert set(decompose.details(CATALOG, "complaints")) >= {"complaints_waiting"}
    assert "income_drug" in decompose.details(CATALOG, "income")
    assert decompose.details(CATALOG, "income_drug") == ()
    assert decompose.details(CATALOG, "discharges") == ()
