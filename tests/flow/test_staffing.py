"""From demand to people, and a roster held against the need."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.errors import DefinitionError
from core.flow.rosters import Duty, load_rosters, staffed
from core.flow.staffing import compare, peaks, pooled, split, suggest
from core.flow.standards import load_standards

DATA = Path(__file__).resolve().parents[2] / "data"
STANDARDS = load_standards(DATA / "flow" / "standards.toml")
PRESET = load_rosters(DATA / "hospital" / "rosters.toml")[0]
DOCTORS = STANDARDS.workload("emergency_doctor")
ED_DAY = [*[2] * 8, 4, 5, 6, 6, 5, 5, 9, 9, 9, 6, 6, 6, 5, 4, 3, 3]


def test_five_endoscopies_need_one_nurse_and_one_aide_and_six_two() -> None:
    endoscopy = STANDARDS.workload("endoscopy")
    assert endoscopy.needed([0, 1, 5, 6], "nurse").tolist() == [0, 1, 1, 2]
    assert endoscopy.needed([5, 6], "aide").tolist() == [1, 2]


def test_an_emergency_department_is_never_without_a_doctor() -> None:
    assert DOCTORS.needed([0, 4, 8.0000000001, 9], "doctor").tolist() == [1, 1, 2, 3]


def test_a_missing_load_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="missing"):
        DOCTORS.needed([np.nan], "doctor")


def test_nursing_hours_add_up_by_care_level() -> None:
    """2 x 4.5 + 10 x 2.5 = 34 hours."""
    assert STANDARDS.nursing_hours({"level1": 2, "level2": 10}) == 34


def test_what_no_source_says_is_marked_to_be_checked() -> None:
    assumed = [
        one
        for one in (*STANDARDS.workloads, *STANDARDS.cares, *STANDARDS.shifts)
        if one.source_kind == "assumption"
    ]
    assert assumed
    assert all(one.to_check for one in assumed)


def test_an_unknown_key_of_the_standards_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "standards.toml"
    text = (DATA / "flow" / "standards.toml").read_text("utf-8")
    path.write_text(text.replace("weekly = 40.0", "weekly = 40.0\ndaily = 8"), "utf-8")
    with pytest.raises(DefinitionError, match="daily"):
        load_standards(path)


def test_the_float_is_what_a_busy_hour_needs_on_top() -> None:
    found = split(np.array([3.0, 7.0]), np.array([5.0, 8.0]), DOCTORS, "doctor")
    assert (found.base.tolist(), found.float_.tolist()) == ([1, 2], [1, 0])
    assert found.high.tolist() == [2, 2]


def test_three_and_four_pool_to_five() -> None:
    found = pooled([[3, 0], [4, 2]])
    assert (found.apart.tolist(), found.pool.tolist()) == ([7, 2], [5, 2])


@settings(max_examples=40, deadline=None)
@given(arrays.arrays(np.int64, (4, 6), elements=st.integers(0, 40)))
def test_a_pool_never_holds_more_than_its_departments(floats: np.ndarray) -> None:
    found = pooled(floats)
    assert (found.pool <= found.apart).all()
    assert (found.pool >= floats.max(axis=0)).all()


def test_the_peaks_of_the_sources_are_found() -> None:
    """Weekdays 14-17 over a plateau, weekends 10-22."""
    weekday = [*[4] * 8, *[8] * 6, 13, 13, 13, *[8] * 5, 4, 4]
    weekend = [*[5] * 10, *[12] * 12, 5, 5]
    assert [(peak.start, peak.end) for peak in peaks(weekday)] == [(14, 17)]
    assert [(peak.start, peak.end) for peak in peaks(weekend)] == [(10, 22)]


def test_one_quiet_hour_does_not_end_a_peak() -> None:
    day = np.full(24, 2.0)
    day[[9, 11]] = 10
    assert [(peak.start, peak.end) for peak in peaks(day)] == [(9, 12)]


def test_a_flat_day_and_an_empty_day_have_no_peak() -> None:
    assert peaks([5] * 24) == []
    assert peaks([0] * 24) == []


def test_the_cheapest_shifts_cover_every_hour() -> None:
    found = suggest(ED_DAY, STANDARDS.shifts, hourly_fen=10000)
    assert found.cost_fen == 1_156_000
    assert (found.cover.staffed >= np.array(ED_DAY)).all()
    assert found.hours == found.cover.staffed.sum()


def test_a_short_rush_costs_less_with_peak_shifts() -> None:
    """Three more from 14 to 17 on top of one all day."""
    day = np.ones(24)
    day[14:17] = 4
    long = tuple(kind for kind in STANDARDS.shifts if not kind.peak)
    found = suggest(day, STANDARDS.shifts, hourly_fen=10000)
    assert found.shifts["peak"].any()
    assert found.cost_fen < suggest(day, long, hourly_fen=10000).cost_fen


def test_shifts_begin_only_when_they_may() -> None:
    found = suggest(ED_DAY, STANDARDS.shifts[:1], 10000, starts=(0, 8, 16)).shifts
    assert found["start"].tolist() == [0, 8, 16]
    assert found["people"].tolist() == [2, 9, 9]


def test_a_week_is_one_circle() -> None:
    """One person all week from Sunday 20:00: 21 shifts of 8 hours."""
    found = suggest(np.ones(168), STANDARDS.shifts[:1], 10000, starts=(4, 12, 20))
    assert found.shifts["people"].sum() == 21
    assert found.shifts["start"].max() == 164


def test_the_emergency_roster_of_the_sources_is_a_case_with_silent_hours() -> None:
    doctors, nurses = PRESET.by_hour("doctors"), PRESET.by_hour("nurses")
    monday, saturday = doctors[:24], doctors[120:144]
    assert PRESET.source_kind == "case"
    assert monday[[3, 14, 16, 22]].tolist() == [1, 3, 3, 1]
    assert np.isnan(monday[[8, 13, 17, 21]]).all()
    assert saturday[[7, 10, 21, 22]].tolist() == [1, 3, 3, 1]
    assert np.isnan(saturday[[8, 9]]).all()
    assert np.array_equal(nurses, doctors * 2, equal_nan=True)


def test_silent_hours_are_filled_only_by_a_stated_assumption() -> None:
    between = STANDARDS.between.staff["doctors"]
    filled = PRESET.by_hour("doctors", between)
    assert not np.isnan(filled).any()
    assert filled[9] == 2


def test_a_typed_roster_is_on_duty_past_midnight() -> None:
    found = staffed([Duty(22, 8, 2), Duty(8, 12, 1)], periods=24)
    assert found[[23, 5, 6, 8, 19, 20]].tolist() == [2, 2, 0, 1, 1, 0]
    assert staffed([], periods=24).sum() == 0


def test_a_roster_is_compared_by_hour() -> None:
    """Have 2 all day, need 1 by night (12 h) and 4 by day (12 h): 24 short, 12 spare."""
    need = np.array([1.0] * 12 + [4.0] * 12)
    found = compare(np.full(24, 2.0), need, 10000, STANDARDS.hours, people=7)
    assert (found.uncovered, found.spare, found.rostered) == (24, 12, 48)
    assert found.overtime == pytest.approx(8)
    assert found.cost_fen == pytest.approx((48 + 8 * 0.5) * 10000)


def test_overtime_is_unknown_without_the_number_of_people() -> None:
    found = compare(np.ones(24), np.ones(24), 10000, STANDARDS.hours)
    assert np.isnan(found.overtime)
    assert found.cost_fen == 240_000


def test_hours_that_a_roster_is_silent_about_are_not_short() -> None:
    found = compare(PRESET.by_hour("doctors"), np.full(168, 2.0), 10000, STANDARDS.hours)
    assert found.uncovered == 7 * 10
    assert np.isnan(found.gap[8])


@settings(max_examples=40, deadline=None)
@given(arrays.arrays(np.int64, 24, elements=st.integers(0, 12)))
def test_no_cover_costs_less_than_its_lower_bound(demand: np.ndarray) -> None:
    if demand.any():
        found = suggest(demand, STANDARDS.shifts, 10000)
        assert (found.cover.staffed >= demand).all()
        assert found.cost_fen >= found.cover.lowest - 1
