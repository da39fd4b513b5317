"""Scorecards, the funnel of items not met, the monthly assessment, and their weights."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from core.control.actions.summary import due_between
from core.control.inspections.editing import Template
from core.control.inspections.results import DEFECTS, FORMS, deductions, grade_rate, pass_table
from core.control.scorecard.assessment import Month, assessed, mean_of
from core.control.scorecard.composition import (
    CLOSING,
    READ,
    Found,
    closing_of,
    compared,
    composed,
    weighed,
)
from core.control.scorecard.records import rules_with, save_weights, weights
from core.control.scorecard.rules import ASSESSMENT, SCORECARD, load_rules, weights_of, with_weights
from core.errors import ConflictError, DataError
from core.hospital.records import create_hospital
from core.store.engine import Store
from core.store.trail import last_rows
from tests.control.hospital import ANN, BOB, RECORDS, ROOT, SHIPPED

RULES = load_rules(ROOT / "data" / "control" / "scorecard.toml")


def form_rows(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Submitted forms of the hospital: department, checklist, score."""
    blank = dict.fromkeys(FORMS.columns, "") | {"level": 2, "state": "submitted"}
    return pd.DataFrame(
        [blank | {"department": d, "checklist": c, "score": s} for d, c, s in rows],
        columns=pd.Index(list(FORMS.columns)),
    ).astype({"score": "float64"})


def read_rows(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(list(READ.columns)))


def closing_rows(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(list(CLOSING.columns)))


def test_what_is_missing_gives_its_weight_to_the_rest() -> None:
    assert weighed({"a": 90.0, "b": math.nan}, {"a": 60, "b": 40}) == (90.0, 0.6)
    assert weighed({"a": 90.0, "b": 80.0}, {"a": 60, "b": 40}) == (86.0, 1.0)
    score, known = weighed({"a": math.nan}, {"a": 60})
    assert math.isnan(score)
    assert known == 0


def test_a_domain_is_composed_of_inspections_indicators_and_actions() -> None:
    found = Found(
        form_rows(("A", "CK-MR", 90), ("A", "CK-MR", 80)),
        read_rows(("A", "QA002", 96), ("A", "QA024", 84)),
        closing_rows(("A", 4, 2)),
    )
    row: Any = composed(found, RULES).set_index(["department", "domain"]).loc[("A", "records")]
    # (85 x 60 + 90 x 25 + 50 x 15) / 100
    assert row["score"] == pytest.approx(81.0)
    assert (row["inspections"], row["indicators"], row["actions"]) == (85, 90, 50)
    assert row["low"] < row["score"] < row["high"]
    assert row["known"] == 1


def test_one_form_has_no_interval_and_self_checks_do_not_count() -> None:
    forms = form_rows(("A", "CK-MR", 90), ("A", "CK-MR", 20))
    forms.loc[1, "level"] = 1
    rows: Any = composed(Found(forms, read_rows(), closing_rows()), RULES)
    row = rows.set_index(["department", "domain"]).loc[("A", "records")]
    assert (row["score"], row["forms"]) == (90, 1)
    assert math.isnan(row["low"])


def test_closing_alone_says_nothing_of_a_domain() -> None:
    found = Found(form_rows(("A", "CK-MR", 90)), read_rows(), closing_rows(("A", 1, 1)))
    rows: Any = composed(found, RULES).set_index(["department", "domain"])
    assert math.isnan(rows.loc[("A", "surgery"), "score"])
    assert rows.loc[("A", ""), "score"] == pytest.approx((90 * 60 + 100 * 15) / 75)


def test_the_funnel_names_who_is_beyond_chance_only() -> None:
    rows = [(f"D{n:02d}", 400, 340) for n in range(12)] + [("BAD", 400, 240), ("FEW", 5, 1)]
    checked = pd.DataFrame(
        [
            {"level": 2, "checklist": "CK-MR", "department": d, "met": met, "counted": n}
            for d, n, met in rows
        ]
    )
    found = compared(checked, RULES)
    assert found.table[found.table["outside"] == "bad"]["department"].tolist() == ["BAD"]
    assert "FEW" not in set(found.table["department"])
    assert compared(checked, RULES, "surgery").funnel is None


def test_actions_that_were_due_in_the_span_count() -> None:
    rows = pd.DataFrame(
        [
            ("A", 20260110, "closed"),
            ("A", 20260120, "working"),
            ("A", 20260121, "void"),
            ("A", 20260210, "working"),
            ("", 20260111, "working"),
        ],
        columns=pd.Index(["department", "due", "state"]),
    )
    due = due_between(rows.to_dict("records"), 20260101, 20260131)
    assert [row["department"] for row in due] == ["A", "A", ""]
    assert closing_of(due).to_numpy().tolist() == [["A", 2, 1]]
    assert closing_of([]).empty


def test_the_coefficient_follows_the_score_within_its_bounds() -> None:
    own = RULES.assessment
    rows: Any = assessed(
        {
            "even": Month(90, 90, 100, 90),
            "saves": Month(90, 90, 90, 90),
            "worst": Month(0, 0, 400, 0),
            "office": Month(execution=98.0),
            "nobody": Month(),
        },
        own,
    ).set_index("department")
    assert rows.loc["even", "coefficient"] == pytest.approx(1.0)
    # ten points of saving at a weight of 15 of 100
    assert rows.loc["saves", "coefficient"] == pytest.approx(1.015)
    assert rows.loc["worst", "coefficient"] == 0.8
    assert rows.loc["office", "saving"] == 92
    assert math.isnan(rows.loc["office", "coefficient"])
    assert "nobody" not in rows.index
    assert mean_of([90.0, math.nan]) == 90


def test_weights_are_versions_with_a_reason(store: Store) -> None:
    hospital = create_hospital(store, ANN, "县医院")
    rules, seen = rules_with(weights(store, hospital), RULES)
    assert (rules, seen) == (RULES, {SCORECARD: 0, ASSESSMENT: 0})
    change = {"domain.records": 40.0}
    assert save_weights(store, ANN, hospital, SCORECARD, (rules, change, "病历年", 0)) == 1
    rules, seen = rules_with(weights(store, hospital), RULES)
    assert rules.domains["records"].weight == 40
    assert seen[SCORECARD] == 1
    row = last_rows(store, 1)[0]
    assert row["action"] == "weights.save"
    with pytest.raises(ConflictError):
        save_weights(store, BOB, hospital, SCORECARD, (rules, {"part.actions": 1.0}, "后到", 0))
    with pytest.raises(DataError, match="E_WEIGHT_SAME"):
        save_weights(store, BOB, hospital, SCORECARD, (rules, change, "一样", 1))
    with pytest.raises(DataError, match="E_WEIGHT_REASON"):
        save_weights(store, BOB, hospital, ASSESSMENT, (rules, {"base": 85.0}, " ", 0))


def test_weights_that_weigh_nothing_are_refused() -> None:
    nothing = dict.fromkeys(weights_of(RULES, ASSESSMENT), 0.0)
    with pytest.raises(DataError, match="E_WEIGHT"):
        with_weights(RULES, ASSESSMENT, nothing)
    with pytest.raises(DataError, match="E_WEIGHT"):
        with_weights(RULES, SCORECARD, {"part.actions": -1.0})


def test_every_domain_reads_a_checklist_that_there_is() -> None:
    assert set(RULES.of_checklist) == set(SHIPPED.sheets)


def test_points_lost_are_added_up_by_item() -> None:
    blank = dict.fromkeys(DEFECTS.columns, "") | {"checklist": "CK-MR", "checklist_version": 1}
    rows = pd.DataFrame(
        [
            blank | {"item": "MR01", "result": "partly", "defects": 2.0, "vetoed": False},
            blank | {"item": "MR01", "result": "unmet", "defects": math.nan, "vetoed": False},
            blank | {"item": "MR02", "result": "unmet", "defects": 1.0, "vetoed": True},
        ]
    )
    template: Template = RECORDS
    found = deductions(rows, {template.key: template})
    assert found[["item", "points", "times", "vetoes"]].to_numpy().tolist() == [
        ["MR01", 16.0, 2, 0],
        ["MR02", 2.0, 1, 1],
    ]


def test_rates_carry_their_interval() -> None:
    rows = pd.DataFrame({"item": ["a", "a"], "met": [4, 4], "counted": [5, 5]})
    row = pass_table(rows, ["item"]).iloc[0]
    assert (row["met"], row["rate"]) == (8, 0.8)
    assert row["low"] == pytest.approx(0.4902, abs=1e-4)
    forms = form_rows(("A", "CK-MR", 92), ("A", "CK-MR", 88))
    forms["checklist_version"], forms["grade"] = 1, ["甲", "乙"]
    assert grade_rate(forms, {("CK-MR", 1): "甲"}) == (1, 2)
