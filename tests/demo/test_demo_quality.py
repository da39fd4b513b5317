"""Quality counts follow the work of departments and add up where they count the same things."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"
RECENT = 202511
CELL = ["month", "dept_code"]
GRADES = ("events_level1", "events_level2", "events_level3", "events_level4")
WORK = {
    "discharges": ["discharges"],
    "inpatients": ["discharges", "in_bed_end"],
    "bed_days": ["bed_days_used"],
    "outpatient": ["outpatient_visits"],
    "visits": ["outpatient_visits", "emergency_visits"],
    "surgeries": ["surgeries"],
}
COUNTED_OFTEN = {"medication_errors", "procured_drugs", "on_site_payments"}
"""Several orders, drugs or payments a patient: their base is no upper bound."""


def catalogue() -> dict[str, Any]:
    text = (DATA / "catalog" / "quality_items.toml").read_text(encoding="utf-8")
    return {item["code"]: item for item in tomllib.loads(text)["item"]}


def parameters() -> dict[str, Any]:
    return tomllib.loads((DATA / "demo" / "quality.toml").read_text(encoding="utf-8"))


def cells(demo: Any, item: str, *more: str) -> Any:
    """Numerators of items, added up by month and department."""
    if more:
        return cells(demo, item) + cells(demo, *more)
    quality = demo.tables["quality"]
    return quality[quality["item_code"] == item].set_index(CELL)["numerator"]


def year(demo: Any, item: str) -> tuple[float, float]:
    """Numerator and denominator of an item over the most recent twelve months."""
    quality = demo.tables["quality"]
    rows = quality[(quality["item_code"] == item) & (quality["month"] >= RECENT)]
    return rows["numerator"].sum(), rows["denominator"].sum()


def test_every_quality_item_of_the_catalogue_is_reported(demo: Any) -> None:
    assert set(demo.tables["quality"]["item_code"]) == set(catalogue())


def test_an_item_has_a_denominator_where_the_catalogue_says_so(demo: Any) -> None:
    stated = (
        demo.tables["quality"]
        .groupby("item_code")["denominator"]
        .apply(lambda values: values.notna().all() and not values.isna().any())
    )
    expected = {code: "denominator" in item for code, item in catalogue().items()}
    assert stated.to_dict() == expected


def test_counts_are_whole_and_never_negative(demo: Any) -> None:
    quality = demo.tables["quality"]
    for column in ("numerator", "denominator"):
        values = quality[column].dropna()
        assert (values >= 0).all()
        assert (values == values.round()).all()


def test_a_share_is_never_more_than_its_denominator(demo: Any) -> None:
    shares = [code for code, item in catalogue().items() if item.get("share")]
    rows = demo.tables["quality"]
    rows = rows[rows["item_code"].isin(shares)]
    assert len(shares) > 50
    assert (rows["numerator"] <= rows["denominator"]).all()


def test_denominators_are_part_of_the_departments_own_work(demo: Any) -> None:
    work = demo.tables["workload"].set_index(CELL)
    quality = demo.tables["quality"].dropna(subset="denominator").set_index(CELL)
    checked = 0
    for code, item in parameters()["item"].items():
        if item["base"] not in WORK or item["departments"] == ["hospital"]:
            continue
        rows = quality.loc[quality["item_code"] == code, "denominator"]
        if code in COUNTED_OFTEN or rows.empty:
            continue
        own = work[WORK[item["base"]]].fillna(0).sum(axis=1).reindex(rows.index).dropna()
        # A sum of minutes or scores is asked of a sample, whose size wanders by some percent.
        room = 1.06 if item["draw"] == "sum" else 1.0
        assert (rows[own.index] <= room * own + 0.5).all(), code
        checked += 1
    assert checked > 60


@pytest.mark.parametrize("kind", ["by_type_pct", "by_grade_pct"])
def test_adverse_events_add_up_by_kind_as_by_grade(demo: Any, kind: str) -> None:
    parts = cells(demo, *parameters()["events"][kind])
    assert (parts == cells(demo, *GRADES)).all()
    recent = parts.index.get_level_values("month") >= RECENT
    assert parts[recent].sum() == pytest.approx(1_260, rel=0.1)


def test_complaints_add_up_by_kind(demo: Any) -> None:
    kinds = cells(demo, *parameters()["complaints"]["by_type_pct"])
    assert (kinds == cells(demo, "complaints")).all()


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("falls", "events_fall"),
        ("pressure_injuries", "events_pressure"),
        ("unplanned_extubations", "events_tube"),
        ("medication_errors", "events_medication"),
        ("fall_injuries", "falls"),
        ("disputes", "complaints"),
        ("complaints_closed_3d", "complaints_closed_rule"),
        ("complaints_closed_rule", "complaints"),
        ("hai_missed", "hai_cases"),
        ("prescriptions_valid", "prescriptions_reviewed"),
    ],
)
def test_what_is_part_of_something_is_never_more(demo: Any, part: str, whole: str) -> None:
    one, other = cells(demo, part), cells(demo, whole)
    assert (one <= other.reindex(one.index)).all()


def test_perioperative_deaths_are_deaths_of_cases_that_were_operated_on(demo: Any) -> None:
    cases = demo.tables["case"]
    died = cases[(cases["outcome"] == "died") & (cases["surgery_level"].fillna(0) > 0)]
    deaths = died.groupby(["discharge_month", "dept_code"]).size().rename_axis(CELL)
    counted = cells(demo, "perioperative_deaths")
    assert counted.sum() > 0
    assert (counted <= deaths.reindex(counted.index).fillna(0)).all()


def test_pathway_entries_are_the_cases_on_a_pathway(demo: Any) -> None:
    cases = demo.tables["case"]
    entered = cases[cases["pathway"].isin(["entered", "varied", "completed"])]
    counts = entered.groupby(["discharge_month", "dept_code"]).size().rename_axis(CELL)
    reported = cells(demo, "pathway_entries")
    assert (reported == counts.reindex(reported.index).fillna(0)).all()


@pytest.mark.parametrize(
    ("item", "per", "expected", "within"),
    [
        ("hai_cases", 100, 1.15, 0.1),
        ("line_infections", 1_000, 0.55, 0.5),
        ("urinary_infections", 1_000, 0.85, 0.4),
        ("class1_infections", 100, 0.35, 0.5),
        ("hand_hygiene", 100, 81, 0.02),
        ("records_grade_a", 100, 96.5, 0.01),
        ("records_standard", 100, 91, 0.03),
        ("antibiotics_inpatient", 100, 41, 0.05),
        ("outpatient_scores", 1, 90.2, 0.02),
        ("inpatient_scores", 1, 93.4, 0.02),
        ("clinic_wait_minutes", 1, 26, 0.04),
        ("clinic_hours", 1, 2.6, 0.04),
        ("emergency_minutes", 1, 95, 0.03),
    ],
)
def test_rates_have_the_size_of_the_reference(
    demo: Any, item: str, per: float, expected: float, within: float
) -> None:
    top, bottom = year(demo, item)
    assert per * top / bottom == pytest.approx(expected, rel=within)


def test_serious_events_stay_about_a_hundred_a_year(demo: Any) -> None:
    for first, last in ((202311, 202410), (202411, 202510), (202511, 202610)):
        both = cells(demo, "events_level1", "events_level2")
        months = both.index.get_level_values("month")
        assert both[(months >= first) & (months <= last)].sum() == pytest.approx(100, rel=0.25)


def test_more_events_are_reported_every_year(demo: Any) -> None:
    total = cells(demo, *GRADES)
    months = total.index.get_level_values("month")
    years = [
        total[(months > end - 100) & (months <= end)].sum() for end in (202410, 202510, 202610)
    ]
    assert years == sorted(years)


def test_hand_hygiene_gets_slowly_better(demo: Any) -> None:
    quality = demo.tables["quality"]
    rows = quality[quality["item_code"] == "hand_hygiene"]
    before, now = rows[rows["month"] < 202411], rows[rows["month"] >= RECENT]
    rise = now["numerator"].sum() / now["denominator"].sum()
    rise -= before["numerator"].sum() / before["denominator"].sum()
    assert 0.02 < rise < 0.08
