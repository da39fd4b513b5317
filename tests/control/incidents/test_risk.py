"""The risk picture from tables that can be counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from core.control.incidents import risk
from tests.control.incidents.given import events


def test_the_four_quarters_are_whole_and_have_ended() -> None:
    assert risk.quarters_of(202610)[0::11] == (202510, 202609)
    assert risk.quarters_of(202609)[-1] == 202609
    assert risk.quarters_of(202602)[-1] == 202512


def test_pareto_puts_the_largest_first_and_what_is_hidden_together() -> None:
    line = pd.Series({"fall": 10.0, "tube": 60.0, "test": float("nan"), "other": float("nan")})
    rows = risk.pareto(line, 76)
    assert rows["name"].tolist() == ["tube", "fall", ""]
    assert rows["count"].tolist() == [60, 10, 6]
    assert rows["running"].iloc[-1] == pytest.approx(100)
    assert rows["vital"].tolist() == [True, True, False]


def test_a_rate_is_events_over_bed_days_and_a_small_count_is_none() -> None:
    rows = events(*[("A", "fall", 20260101 + day, 2) for day in range(6)])
    few = events(*[("A", "fall", 20260101 + day, 2) for day in range(4)])
    beds = pd.Series({202601: 2000.0})
    assert risk.rate_of(rows, beds, [202601]) == (3.0, 3.0)
    assert all(pd.isna(one) for one in risk.rate_of(few, beds, [202601]))
    assert all(pd.isna(one) for one in risk.rate_of(rows, beds, [202601, 202602]))


def test_a_month_of_few_severe_events_is_hidden_and_another_with_it() -> None:
    rows = events(
        *[("A", "fall", 20260101, 2)] * 6,
        *[("A", "fall", 20260201, 2)] * 2,
        *[("A", "fall", 20260301, 2)] * 9,
        *[("A", "fall", 20260201, 4)] * 9,
    )
    told = risk.rates(rows, pd.Series({202601: 1000.0, 202602: 1000.0}), [202601, 202602, 202603])
    assert told["events"].tolist() == [6, 11, 9]
    assert told["severe"].isna().tolist() == [True, True, False]
    assert told["rate"].isna().tolist() == [False, False, True]  # no bed-days in March


def test_void_events_are_not_counted() -> None:
    rows = events(*[("A", "fall", 20260701, 2)] * 9)
    assert risk.picture(rows.assign(state="void"), 202609) is None
    found = risk.picture(rows, 202609)
    assert found is not None
    assert found.total == 9


def test_days_between_rare_events_go_onto_a_t_chart() -> None:
    days = (1, 3, 3, 9, 12, 20, 21)
    rows = risk.rare_days(events(*[("A", "fall", 20260100 + day, 2) for day in days]))
    assert rows["value"].tolist() == [2, 0.5, 6, 3, 8, 1]
    assert (rows["lower"] < rows["centre"]).all()
    assert (rows["centre"] < rows["upper"]).all()


def test_harmless_reports_between_rare_events_go_onto_a_g_chart() -> None:
    grades = [2, 3, 3, 2, 2, 4, 2, 3, 3, 3, 2, 2]
    rows = events(*[("A", "fall", 20260101 + day, grade) for day, grade in enumerate(grades)])
    told = risk.rare_reports(rows, risk.severe_of(rows))
    assert told["value"].tolist() == [2, 0, 1, 3, 0]
    assert told["centre"].iloc[0] == pytest.approx(1.0)  # the median


def test_fewer_than_five_intervals_make_no_chart() -> None:
    assert risk.rare_days(events(*[("A", "fall", 20260101, 2)] * 5)).empty
