"""Bands of occupancy, the spread between wards and the hours between two patients."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import DefinitionError
from core.flow.occupancy import (
    banded,
    day_surgery_share,
    earlier,
    load_bed_rules,
    spread,
    turnover,
)

FILE = Path(__file__).resolve().parents[2] / "data" / "flow" / "beds.toml"
RULES = load_bed_rules(FILE)
WARDS = pd.DataFrame(
    {
        "ward": ["A", "B", "C", "D"],
        "occupied": [600, 850, 970, 0],
        "open": [1000, 1000, 1000, 0],
    }
)


def by_hour(**hours: float) -> np.ndarray:
    found = np.zeros(24)
    for name, count in hours.items():
        found[int(name[1:])] = count
    return found


def test_wards_are_banded_and_a_closed_one_reads_as_unknown() -> None:
    found = banded(WARDS, RULES, {})
    assert found["band"].tolist() == ["low", "open", "high", ""]
    assert found["occupancy"].isna().tolist() == [False, False, False, True]


def test_a_reason_exempts_a_low_ward_and_no_other() -> None:
    found = banded(WARDS, RULES, {"A": "infection", "C": "infection"})
    assert found["exempt"].tolist() == ["infection", "", "", ""]


@pytest.mark.parametrize(
    ("occupancy", "code"),
    [(69.99, "low"), (70, "open"), (90, "target"), (95, "target"), (95.1, "high"), (108, "high")],
)
def test_ninety_five_is_the_target_and_more_is_too_high(occupancy: float, code: str) -> None:
    band = RULES.band(occupancy)
    assert band is not None
    assert band.code == code


def test_the_middle_band_has_no_action_since_no_source_names_one() -> None:
    assert [band.code for band in RULES.bands if band.action is None] == ["open", "target"]


def test_bands_with_a_gap_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "beds.toml"
    path.write_text(FILE.read_text("utf-8").replace("from = 70.0", "from = 72.0"), "utf-8")
    with pytest.raises(DefinitionError, match=r"beds\.toml"):
        load_bed_rules(path)


def test_the_spread_of_two_wards_by_hand() -> None:
    """80 % and 100 %: mean 90, deviation 10; a fifth less is .0889."""
    wards = pd.DataFrame({"ward": ["A", "B"], "occupied": [80, 100], "open": [100, 100]})
    found = spread(wards)
    assert (found.mean, found.variation) == (90, pytest.approx(1 / 9))
    assert found.wanted(RULES.target("spread").value) == pytest.approx(0.8 / 9)


def test_one_ward_has_no_spread() -> None:
    assert np.isnan(spread(WARDS.iloc[[0, 3]]).variation)


def test_day_surgery_without_elective_surgery_is_unknown() -> None:
    assert day_surgery_share(30, 120) == 25
    assert np.isnan(day_surgery_share(0, 0))


def test_out_at_four_in_at_two_leaves_the_bed_empty_all_night() -> None:
    """16:00 to 14:00 the next day is 22 hours; out at 11 instead it is three."""
    late = turnover(by_hour(h16=10), by_hour(h14=10))
    early = turnover(by_hour(h11=10), by_hour(h14=10))
    assert (late.each, early.each) == (22, 3)
    assert (late.before_noon, early.before_noon) == (0, 1)


def test_more_who_come_than_leave_have_beds_of_their_own() -> None:
    assert turnover(by_hour(h10=5), by_hour(h12=10)).each == pytest.approx(2)


def test_a_day_without_discharges_has_no_turnover() -> None:
    found = turnover(by_hour(), by_hour(h14=3))
    assert found.empty_hours == 0
    assert np.isnan(found.each)


def test_earlier_discharges_keep_their_number() -> None:
    moved = earlier(by_hour(h10=2, h15=6, h17=2), 0.6)
    assert moved.sum() == pytest.approx(10)
    assert moved[10] == pytest.approx(6)
    assert moved[15] == pytest.approx(3)
