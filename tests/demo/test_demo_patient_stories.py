"""Sizes and stories of patients; data/demo/README.md says where to look."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

UTC_OFFSET = 8 * 3600
STENT_CUT = 202504


def margin(cases: Any) -> float:
    """Settlement over charges of the cases that are settled, minus 1."""
    settled = cases[cases["settlement"].notna()]
    return settled["settlement"].sum() / settled["charge_total"].sum() - 1


def hours(demo: Any, stream: str, free: bool) -> Any:
    """Share of each hour of the day, weekends apart, in the most recent twelve months."""
    rows = demo.tables["arrival"].query("stream == @stream and month >= 202511")
    weekend = pd.to_datetime(rows["date"].astype(str)).dt.day_of_week >= 5
    counts = rows[weekend == free].groupby("hour")["count"].sum()
    return counts / counts.sum()


def test_there_are_sixty_groups_and_150_000_cases(demo: Any) -> None:
    cases = demo.tables["case"]
    assert len(demo.tables["disease_group"]) >= 60
    assert set(cases["group_code"]) == set(demo.tables["disease_group"]["group_code"]) | {""}
    assert len(cases) >= 150_000
    assert len(demo.tables["ward"]) == 47
    assert len(demo.tables["arrival"]) <= 450_000


def test_case_mix_and_payers_are_those_of_the_reference(last_year_cases: Any) -> None:
    grouped = last_year_cases["group_code"] != ""
    assert last_year_cases["weight"].mean() == pytest.approx(1.03, abs=0.03)
    assert grouped.mean() == pytest.approx(0.99, abs=0.003)
    assert last_year_cases["settlement"].notna().mean() == pytest.approx(0.86, abs=0.01)
    assert last_year_cases["charge_total"].mean() / 100 == pytest.approx(13_923, rel=0.03)


def test_settlement_is_a_little_below_charges_and_differs_by_department(
    last_year_cases: Any,
) -> None:
    assert 100 * margin(last_year_cases) == pytest.approx(-1.5, abs=1.0)
    for code, own in last_year_cases.groupby("dept_code"):
        assert -18 <= 100 * margin(own) <= 14, code


def test_few_cases_are_outliers(last_year_cases: Any) -> None:
    grouped = last_year_cases[last_year_cases["group_code"] != ""]
    low = grouped["charge_total"] < grouped["low_bound"]
    high = grouped["charge_total"] > grouped["high_bound"]
    assert 100 * low.mean() == pytest.approx(2.5, abs=1.0)
    assert 100 * high.mean() == pytest.approx(3.0, abs=1.0)


def test_outcomes_are_those_of_the_reference(demo: Any, last_year_cases: Any) -> None:
    died = last_year_cases["outcome"] == "died"
    operated = last_year_cases["surgery_level"] > 0
    assert 100 * died.mean() == pytest.approx(0.72, abs=0.1)
    assert 100 * last_year_cases["readmitted"].mean() == pytest.approx(2.6, abs=0.4)
    reoperated = last_year_cases["reoperated"].sum() / operated.sum()
    assert 100 * reoperated == pytest.approx(0.28, abs=0.09)
    groups = demo.tables["disease_group"].set_index("group_code")
    cases = demo.tables["case"]
    low = cases[cases["group_code"].map(groups["risk"]) == "low"]
    assert 100 * (low["outcome"] == "died").mean() < 0.02


def test_longer_groups_have_longer_stays(demo: Any, last_year_cases: Any) -> None:
    benchmark = demo.tables["disease_group"].set_index("group_code")["benchmark_days"]
    grouped = last_year_cases[last_year_cases["group_code"] != ""]
    came = (grouped["admitted_at"] + UTC_OFFSET) // 86_400
    left = (grouped["discharged_at"].astype("int64") + UTC_OFFSET) // 86_400
    days = (left - came).clip(lower=1)
    expected = grouped["group_code"].map(benchmark)
    assert days.sum() / expected.sum() == pytest.approx(1.0, abs=0.08)
    assert days.corr(expected) > 0.6


def test_spinal_fusion_loses_money(last_year_cases: Any) -> None:
    own = last_year_cases[last_year_cases["group_code"] == "I04"]
    assert len(own) > 300
    assert -0.12 < margin(own) < -0.02


def test_vaginal_delivery_loses_money_and_caesarean_section_does_not(
    last_year_cases: Any,
) -> None:
    groups = last_year_cases.groupby("group_code")
    assert margin(groups.get_group("O02")) < -0.02
    assert margin(groups.get_group("O01")) > 0


def test_coronary_stents_turn_from_loss_to_profit_when_prices_are_cut(demo: Any) -> None:
    stents = demo.tables["case"].query("group_code == 'F01'")
    before = stents[stents["discharge_month"] < STENT_CUT]
    after = stents[stents["discharge_month"] > STENT_CUT]
    assert margin(before) < -0.1
    assert margin(after) > 0.01
    consumables = [part["charge_material"].mean() for part in (before, after)]
    assert consumables[0] / consumables[1] == pytest.approx(1.6, abs=0.12)


def test_winter_fills_respiratory_wards(demo: Any) -> None:
    cases = demo.tables["case"]
    own = cases[cases["dept_code"] == "0102"]["month"].value_counts()
    winter, summer = own[[202412, 202501, 202512, 202601]], own[[202406, 202407, 202506, 202507]]
    assert winter.mean() > 1.15 * summer.mean()


def test_more_patients_leave_before_noon_from_year_to_year(demo: Any) -> None:
    gone = demo.tables["case"].query("discharged_at.notna()")
    noon = (gone["discharged_at"].astype("int64") + UTC_OFFSET) % 86_400 < 12 * 3600
    years = noon.groupby((gone["discharge_month"] - 11) // 100).mean()
    assert years.is_monotonic_increasing
    assert years.iloc[-1] - years.iloc[0] > 0.1


def test_operations_begin_sooner_after_admission_from_year_to_year(demo: Any) -> None:
    planned = demo.tables["case"].query("elective == 1 and day_case == 0")
    years = planned.groupby((planned["discharge_month"] - 11) // 100)["preop_days"].mean()
    assert years.is_monotonic_decreasing


def test_the_orthopaedic_department_waits_longest_for_operations(last_year_cases: Any) -> None:
    planned = last_year_cases.query("elective == 1")
    means = planned.groupby("dept_code")["preop_days"].mean().astype(float)
    assert means.idxmax() == "0205"


def test_emergencies_peak_in_the_evening_when_the_roster_of_the_sources_has_none(
    demo: Any,
) -> None:
    shares = hours(demo, "emergency", free=False)
    assert set(shares.nlargest(2).index) == {19, 20}
    assert shares.loc[19:21].sum() > 1.2 * shares.loc[14:16].sum()


def test_emergencies_are_spread_over_the_day_as_the_reference_says(demo: Any) -> None:
    expected = [
        0.024, 0.018, 0.014, 0.012, 0.011, 0.013, 0.019, 0.033, 0.053, 0.061, 0.059, 0.050,
        0.041, 0.043, 0.050, 0.053, 0.052, 0.050, 0.057, 0.069, 0.070, 0.061, 0.050, 0.037,
    ]  # fmt: skip
    assert hours(demo, "emergency", free=False).tolist() == pytest.approx(expected, abs=0.005)


def test_clinics_keep_their_hours(demo: Any) -> None:
    rows = demo.tables["arrival"].query("stream == 'outpatient'")
    usual = rows[~rows["dept_code"].isin(["0303", "0403", "0405", "0504"])]
    assert set(usual["hour"]) <= set(range(8, 17)) - {12}
    evening = rows[rows["hour"] >= 17]["dept_code"].unique()
    assert set(evening) == {"0303", "0403", "0405", "0504"}


def test_a_month_that_was_not_reported_has_its_cases_and_days(demo: Any) -> None:
    cases, days = demo.tables["case"], demo.tables["census"]
    assert ((cases["dept_code"] == "0405") & (cases["discharge_month"] == 202602)).sum() > 30
    assert ((days["ward_code"] == "0405W1") & (days["month"] == 202602)).sum() == 28


def test_a_coronary_ward_is_full_and_two_departments_are_not(demo: Any) -> None:
    days = demo.tables["census"].query("month >= 202511")
    sums = days.groupby(days["ward_code"].str[:4])[["occupied", "open_beds"]].sum()
    use = 100 * sums["occupied"] / sums["open_beds"]
    assert use["0101"] > 97
    assert use["0109"] < 70
    assert use["0209"] < 70


def test_no_ward_is_ever_filled_far_beyond_its_beds(demo: Any) -> None:
    days = demo.tables["census"]
    assert (days["occupied"] <= 1.5 * days["open_beds"]).all()


def test_the_hospital_keeps_days_of_its_own(demo: Any) -> None:
    days = demo.tables["calendar"]
    assert set(days["kind"]) == {"workday"}
    assert days["name"].str.contains("院庆").sum() >= 3
