"""Sources of signals on tables small enough to do in the head: what is told, and what is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analysis import control
from core.analysis.data_quality import COMPLETENESS
from core.analysis.series import Series
from core.analysis.signals import begun, periods
from core.analysis.signals_charts import special_causes
from core.analysis.signals_data import missing_tables
from core.analysis.signals_groups import SETTLED, losing_groups
from core.analysis.signals_machines import USED, full_machines, idle_machines
from core.analysis.signals_roster import Roster, missed_peaks
from core.catalog.load import load_catalog
from core.catalog.model import Catalog
from core.frames import ARRIVAL_WEEK
from core.months import month_range
from core.statistics.poisson import poisson_tail

YEARS = month_range(202401, 202606)
LAST = YEARS[-1]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(Path(__file__).resolve().parents[2] / "data" / "catalog")


def charted(catalog: Catalog, code: str, series: Series) -> pd.DataFrame:
    keys = {(code, "D1"): series}
    return special_causes(catalog, control.charts(catalog, keys, {}), keys, series.months[-1])


def ratio(top: list[float], bottom: float, per: float) -> Series:
    tops = np.array(top, dtype=float)
    bottoms = np.full(len(top), bottom)
    return Series(YEARS[-len(top) :], tops / bottoms * per, tops, bottoms)


def test_january_and_february_are_one_period_once_both_are_in() -> None:
    assert periods(month_range(202511, 202603)) == {
        "202511": (202511,),
        "202512": (202512,),
        "202602": (202601, 202602),
        "202603": (202603,),
    }
    assert periods([202512, 202601]) == {"202512": (202512,), "202601": (202601,)}


def test_a_run_begins_after_its_last_interruption() -> None:
    assert begun([1, 2, 3, 4], [True, False, True, True]) == 3
    assert begun([1, 2], [True, False]) == 0


def test_the_chance_of_so_many_events() -> None:
    assert poisson_tail(0, 2.0) == pytest.approx(np.exp(-2))
    assert poisson_tail(3, 1.0) == pytest.approx(1 - np.exp(-1) * (1 + 1 + 0.5))
    assert poisson_tail(np.nan, 1.0) == 1.0


def test_a_rate_that_doubles_is_told_with_the_month_in_which_it_began(catalog: Catalog) -> None:
    usual = [20, 22, 18, 21, 19, 20, 23, 17, 20, 21, 19, 20, 22, 18, 21, 19, 20, 22, 18, 20]
    found = charted(catalog, "SV009", ratio([*usual, *[44] * 10], 10_000, 10_000))
    one = found.iloc[0]
    assert (one["direction"], one["reason"], one["since"]) == ("worse", "cause", 202509)
    assert one["usual"] == pytest.approx(20, abs=0.1)
    assert one["stake"] == pytest.approx(24, abs=0.1)  # complaints more than usual in the month


def test_one_event_where_none_is_usual_is_chance(catalog: Catalog) -> None:
    quiet = [0.0] * 29
    assert charted(catalog, "SF018", ratio([*quiet[:12], 1, *quiet[13:], 1], 3000, 1000)).empty


def test_a_large_change_for_the_better_is_told_apart(catalog: Catalog) -> None:
    low = [40, 42, 38, 41, 39, 40, 43, 37, 40, 41, 39, 40, 42, 38, 41, 39, 40, 42, 38, 40]
    found = charted(catalog, "SV009", ratio([*low, *[20] * 10], 10_000, 10_000))
    assert found["direction"].tolist() == ["better"]


def test_a_change_too_small_to_act_on_is_left_out(catalog: Catalog) -> None:
    steady = [10_000 + (n % 2) for n in range(20)] + [10_100 + (n % 2) for n in range(10)]
    assert charted(catalog, "FN004", ratio([float(n) for n in steady], 10, 0.01)).empty


def test_a_turn_for_the_worse_within_a_fixed_target_is_nobodys_matter(catalog: Catalog) -> None:
    series = ratio([20.0, 21, 19, 20] * 5 + [44.0] * 10, 10_000, 10_000)
    keys = {("SV009", "D1"): series}
    drawn = control.charts(catalog, keys, {})
    assert len(special_causes(catalog, drawn, keys, LAST)) == 1
    assert special_causes(catalog, drawn, keys, LAST, {("SV009", "D1")}).empty


def test_a_table_that_lacks_is_told_with_its_first_month() -> None:
    rows = [(month, "D1", "workload", month < 202603) for month in month_range(202601, 202604)]
    rows += [(month, "D2", "workload", True) for month in month_range(202601, 202604)]
    found = missing_tables(pd.DataFrame(rows, columns=pd.Index(list(COMPLETENESS.columns))), 202604)
    assert found[["subject", "department", "since"]].to_numpy().tolist() == [
        ["gap:workload", "D1", 202603]
    ]


def settled(*groups: tuple[str, float, float, float]) -> pd.DataFrame:
    """(group, cases, settlement, charge) every month of two years."""
    rows = [(month, "D1", *one) for month in month_range(202407, LAST) for one in groups]
    return pd.DataFrame(rows, columns=pd.Index(list(SETTLED.columns)))


def test_a_group_that_loses_money_is_told_with_what_a_year_costs() -> None:
    found = losing_groups(settled(("G1", 10, 90.0, 100.0), ("G2", 10, 110.0, 100.0)), LAST)
    assert found["subject"].tolist() == ["group:G1"]
    one = found.iloc[0]
    assert (one["value"], one["stake"], one["stake_months"]) == (-10, 120, 12)


def test_few_cases_and_small_losses_are_not_told() -> None:
    assert losing_groups(settled(("G1", 2, 50.0, 100.0), ("G2", 10, 98.0, 100.0)), LAST).empty


def used(*machines: tuple[str, str, float, bool]) -> pd.DataFrame:
    """(machine, kind, examinations, reserve) every month of a year, with room for 100."""
    rows = [
        (month, code, kind, "T1", count, 100.0, reserve, 202001, 96_000.0, 8.0)
        for month in month_range(202507, LAST)
        for code, kind, count, reserve in machines
    ]
    return pd.DataFrame(rows, columns=pd.Index(list(USED.columns)))


def test_a_machine_used_half_as_much_as_its_kind_stands_idle() -> None:
    found = idle_machines(
        used(("CT1", "ct", 80, False), ("CT2", "ct", 90, False), ("CT3", "ct", 25, False)), LAST
    )
    assert found["subject"].tolist() == ["machine:CT3"]
    one = found.iloc[0]
    assert (one["value"], one["usual"]) == (25, 85)
    assert one["stake"] == pytest.approx(96_000 / 8 * 0.75)


def test_what_stands_by_for_emergencies_is_not_idle() -> None:
    assert idle_machines(used(("CT1", "ct", 80, False), ("CT9", "ct", 5, True)), LAST).empty


def test_a_kind_used_to_the_full_is_one_signal() -> None:
    found = full_machines(
        used(
            ("US1", "ultrasound", 98, False),
            ("US2", "ultrasound", 97, False),
            ("X", "dr", 50, False),
        ),
        LAST,
    )
    assert found["subject"].tolist() == ["machines:ultrasound"]
    assert (found.iloc[0]["value"], found.iloc[0]["detail"]) == (97.5, "2")


def arrivals(peak: int) -> pd.DataFrame:
    """Ten arrivals an hour, fifty in the three from `peak` on, every weekday of the month."""
    rows = [
        (LAST, weekday, hour, "emergency", "E1", 50 if peak <= hour < peak + 3 else 10, 4)
        for weekday in range(7)
        for hour in range(24)
    ]
    return pd.DataFrame(rows, columns=pd.Index(list(ARRIVAL_WEEK.columns)))


def test_a_roster_that_misses_the_peak_is_told_with_who_came_in_it() -> None:
    roster = Roster("emergency", 14, 17, "测试", "case")
    one = missed_peaks(arrivals(19), [roster], LAST).iloc[0]
    assert (one["subject"], one["department"]) == ("roster:emergency", "E1")
    assert one["detail"] == "19-22-14-17"
    assert one["stake"] == 5 * 150
    assert one["value"] == pytest.approx(150 / 360 * 100)
    assert missed_peaks(arrivals(15), [roster], LAST).empty
