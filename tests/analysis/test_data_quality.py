"""Data quality: what is expected, what agrees, what is late, and what a gap blocks."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from core.analysis.blocked import blocked_by, tables_of
from core.analysis.data_quality import (
    CHECKS,
    PRESENCE,
    REQUIRED,
    SIDES,
    completeness,
    freshness,
    gaps,
    reconcile,
    share_delivered,
)
from core.months import month_range
from tests.stores import CATALOG

ALWAYS = {"D1": (0, 0), "D2": (0, 0)}
YEAR = month_range(202501, 202512)


def held(*rows: tuple[int, str, str]) -> pd.DataFrame:
    """PRESENCE rows (month, department, contract), one stored row each."""
    full = [(*row, 1) for row in rows]
    return pd.DataFrame(full, columns=pd.Index(list(PRESENCE.columns)))


def machines(second: tuple[int, ...]) -> pd.DataFrame:
    """machine_use of D1 in every month of 2025, of D2 in some."""
    own = [(month, "D1", "machine_use") for month in YEAR]
    return held(*own, *[(month, "D2", "machine_use") for month in second])


def found(rows: pd.DataFrame, month: int, contract: str = "machine_use") -> dict[str, bool]:
    """Department -> delivered, of what is expected in a month."""
    own = rows[(rows["month"] == month) & (rows["contract"] == contract)]
    return dict(zip(own["department"], own["delivered"].astype(bool), strict=True))


def sums(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(list(SIDES.columns)))


def states(rows: pd.DataFrame, check: str) -> dict[str, str]:
    own = rows[rows["check"] == check]
    return dict(zip(own["department"], own["state"], strict=True))


def test_a_table_is_expected_of_who_delivered_it_in_six_of_twelve_months() -> None:
    rows = completeness(machines(YEAR[:6]), ALWAYS, 202601)
    assert found(rows, 202601) == {"": False}  # nobody delivered: one gap, not two
    present = pd.concat([machines(YEAR[:6]), held((202601, "D1", "machine_use"))])
    rows = completeness(present, ALWAYS, 202601)
    assert found(rows, 202601) == {"": True, "D1": True, "D2": False}


def test_five_of_twelve_months_are_not_enough() -> None:
    present = pd.concat([machines(YEAR[:5]), held((202601, "D1", "machine_use"))])
    assert found(completeness(present, ALWAYS, 202601), 202601) == {"": True, "D1": True}


@pytest.mark.parametrize(("months", "expected"), [(12, True), (11, False)])
def test_a_department_may_have_no_case_in_a_month(months: int, expected: bool) -> None:
    own = [(month, "D1", "case") for month in (*YEAR, 202601)]
    present = held(*own, *[(month, "D2", "case") for month in YEAR[:months]])
    asked = found(completeness(present, ALWAYS, 202601), 202601, "case")
    assert ("D2" in asked) == expected


def test_of_a_short_history_half_is_enough() -> None:
    present = held(
        (202501, "D1", "workload"),
        (202501, "D2", "workload"),
        (202502, "D1", "workload"),
        (202503, "D1", "workload"),
    )
    rows = completeness(present, ALWAYS, 202503)
    assert found(rows, 202502, "workload") == {"": True, "D1": True, "D2": False}
    assert found(rows, 202503, "workload") == {"": True, "D1": True, "D2": False}


def test_the_basic_tables_are_expected_from_the_first_month_on() -> None:
    rows = completeness(held((202501, "D1", "workload")), ALWAYS, 202501)
    assert dict(zip(rows["contract"], rows["delivered"], strict=True)) == {
        "direct_cost": False,
        "driver": False,
        "income": False,
        "workload": True,
    }
    assert set(rows["contract"]) == set(REQUIRED)


@pytest.mark.parametrize("life", [(202602, 0), (0, 202512)])
def test_nothing_is_expected_before_opening_or_after_closing(life: tuple[int, int]) -> None:
    present = pd.concat([machines(YEAR), held((202601, "D1", "machine_use"))])
    rows = completeness(present, {"D1": (0, 0), "D2": life}, 202601)
    assert found(rows, 202601) == {"": True, "D1": True}


def test_months_before_the_first_are_not_missing() -> None:
    rows = completeness(held((202511, "D1", "workload")), ALWAYS, 202512)
    assert sorted(set(rows["month"])) == [202511, 202512]


def test_a_hospital_without_data_lacks_nothing() -> None:
    assert completeness(held(), ALWAYS, 202512).empty


def test_gaps_name_whole_tables_first() -> None:
    present = pd.concat([machines(YEAR[:11]), held((202501, "D1", "workload"))])
    rows = gaps(completeness(present, ALWAYS, 202512), 202512)
    assert rows[["department", "contract"]].to_numpy().tolist() == [
        ["", "direct_cost"],
        ["", "driver"],
        ["", "income"],
        ["", "workload"],
        ["D2", "machine_use"],
    ]


def test_the_share_counts_what_was_expected() -> None:
    rows = completeness(held((202501, "D1", "workload")), ALWAYS, 202501)
    assert share_delivered(rows, 202501) == 0.25
    assert pd.isna(share_delivered(rows, 202412))


def test_sums_that_agree_are_ok() -> None:
    rows = reconcile(
        sums((202501, "D1", "case.cases", 100.0), (202501, "D1", "workload.discharges", 100.0)),
        [202501],
    )
    assert states(rows, "cases") == {"": "ok", "D1": "ok"}


@pytest.mark.parametrize(("cases", "state"), [(199.0, "ok"), (198.0, "off"), (201.0, "ok")])
def test_cases_may_differ_by_half_a_percent(cases: float, state: str) -> None:
    rows = reconcile(
        sums((202501, "D1", "case.cases", cases), (202501, "D1", "workload.discharges", 200.0)),
        [202501],
    )
    row = rows[(rows["check"] == "cases") & (rows["department"] == "")].iloc[0]
    assert (row["state"], row["difference"]) == (state, cases - 200)


def test_departments_that_differ_are_named_though_the_hospital_agrees() -> None:
    rows = reconcile(
        sums(
            (202501, "D1", "case.cases", 60.0),
            (202501, "D2", "case.cases", 40.0),
            (202501, "D1", "workload.discharges", 50.0),
            (202501, "D2", "workload.discharges", 50.0),
        ),
        [202501],
    )
    assert states(rows, "cases") == {"": "ok", "D1": "off", "D2": "off"}


def test_a_side_that_is_missing_for_a_month_is_neither_right_nor_wrong() -> None:
    rows = reconcile(
        sums(
            (202501, "D1", "workload.discharges", 50.0),
            (202501, "D1", "case.cases", 50.0),
            (202502, "D1", "workload.discharges", 50.0),
        ),
        [202501, 202502],
    )
    assert states(rows[rows["month"] == 202502], "cases") == {"": "none", "D1": "none"}


def test_who_comes_and_goes_on_one_day_is_in_no_bed_at_midnight() -> None:
    rows = reconcile(
        sums(
            (202501, "D1", "census.occupied", 300.0),
            (202501, "D1", "case.same_day", 20.0),
            (202501, "D1", "workload.bed_days_used", 320.0),
        ),
        [202501],
    )
    assert states(rows, "census") == {"": "ok", "D1": "ok"}


def test_what_a_hospital_never_brings_is_not_asked_for() -> None:
    rows = reconcile(sums((202501, "D1", "workload.discharges", 50.0)), [202501])
    assert rows.empty


def test_the_ledger_is_asked_for_though_it_was_never_typed_in() -> None:
    rows = reconcile(sums((202501, "D1", "cost.total", 50.0)), [202501])
    assert states(rows, "ledger_cost") == {"": "none"}


def test_patients_in_bed_are_carried_over_to_the_next_month() -> None:
    rows = reconcile(
        sums(
            (202412, "D1", "workload.in_bed_end", 30.0),
            (202412, "D2", "workload.in_bed_end", 20.0),
            (202501, "D1", "workload.in_bed_start", 30.0),
            (202501, "D2", "workload.in_bed_start", 19.0),
        ),
        [202501],
    )
    assert states(rows, "carried") == {"": "off", "D1": "ok", "D2": "off"}


def test_patients_in_bed_come_from_admissions_and_transfers() -> None:
    rows = reconcile(
        sums(
            (202501, "D1", "workload.in_bed_start", 30.0),
            (202501, "D1", "workload.admissions", 100.0),
            (202501, "D1", "workload.transfers_in", 5.0),
            (202501, "D1", "workload.discharges", 95.0),
            (202501, "D1", "workload.transfers_out", 8.0),
            (202501, "D1", "workload.in_bed_end", 32.0),
        ),
        [202501],
    )
    assert states(rows, "balance") == {"": "ok", "D1": "ok"}
    assert states(rows, "transfers") == {"": "off"}


def test_the_ledger_is_compared_with_the_whole_hospital() -> None:
    rows = reconcile(
        sums(
            (202501, "D1", "cost.total", 600_000.0),
            (202501, "D2", "cost.total", 390_000.0),
            (202501, "", "ledger.cost", 1_000_000.0),
        ),
        [202501],
    )
    row = rows[rows["check"] == "ledger_cost"].iloc[0]
    assert (row["difference"], row["tolerance"], row["state"]) == (-10_000, 1_000, "off")


def test_a_reported_value_of_the_hospital_is_held_against_its_departments() -> None:
    side = "reported.QA001.numerator"
    rows = reconcile(
        sums((202501, "", side, 10.0), (202501, "D1", side, 6.0), (202501, "D2", side, 3.0)),
        [202501],
    )
    row = rows[rows["check"] == "reported"].iloc[0]
    assert (row["subject"], row["left"], row["right"], row["state"]) == (
        "QA001.numerator",
        10,
        9,
        "off",
    )


def test_no_sums_make_no_checks() -> None:
    assert reconcile(SIDES.empty(), [202501]).empty


def test_only_the_months_asked_for_are_checked() -> None:
    rows = reconcile(
        sums((202412, "D1", "cost.total", 1.0), (202501, "D1", "cost.total", 1.0)), [202501]
    )
    assert set(rows["month"]) == {202501}


def _late(last: dict[str, int], today: dt.date, begin: int = 202501) -> dict[str, int]:
    rows = freshness(last, {"income": 8, "case": 8, "departments": 0}, today, begin)
    return dict(zip(rows["contract"], rows["late"], strict=True))


def test_a_table_is_late_from_the_day_after_its_due_day() -> None:
    assert _late({"income": 202510}, dt.date(2025, 12, 8))["income"] == 0
    assert _late({"income": 202510}, dt.date(2025, 12, 11))["income"] == 3


def test_a_basic_table_that_never_came_is_late_since_the_first_month() -> None:
    late = _late({}, dt.date(2025, 2, 18))
    assert (late["income"], late["case"]) == (10, 0)


def test_a_hospital_without_data_is_not_late() -> None:
    assert set(_late({}, dt.date(2025, 2, 18), begin=0).values()) == {0}


def test_a_due_day_beyond_the_month_is_its_last() -> None:
    rows = freshness({"income": 202412}, {"income": 31}, dt.date(2025, 2, 1), 202401)
    assert rows["due_on"].tolist() == [dt.date(2025, 2, 28)]


def test_the_latest_comes_first() -> None:
    rows = freshness(
        {"income": 202512, "case": 202501}, {"income": 8, "case": 8}, dt.date(2026, 1, 5), 202501
    )
    assert rows["contract"].tolist() == ["case", "income"]


def test_a_table_blocks_what_rests_on_it() -> None:
    blocked = blocked_by(CATALOG, "workload")
    assert "OP001" in blocked.indicators
    assert blocked.home
    assert blocked.department


def test_an_unknown_table_blocks_nothing() -> None:
    assert blocked_by(CATALOG, "nothing").indicators == ()


def test_every_computed_indicator_rests_on_a_table() -> None:
    assert [i.code for i in CATALOG.indicators.values() if not tables_of(CATALOG, i)] == []


def test_every_check_says_where_to_look() -> None:
    assert [check.code for check in CHECKS if not check.tables] == []
