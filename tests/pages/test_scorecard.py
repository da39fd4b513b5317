"""质控记分卡: departments in a funnel, by domain, in the monthly assessment; weights edited."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.control.scorecard.records import weights
from core.words import t, texts
from pages.shared import session
from tests.pages.app import SCORECARD, Tab
from tests.pages.test_any_page import HOLE

TABS = ("cards", "trend", "assessment", "weights")


def opened(**query: str) -> Tab:
    return Tab(SCORECARD, **query)


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["scorecard_tab"] = t(f"scorecard.tab.{name}")
    return tab.run()


def test_the_headline_names_only_who_chance_does_not_explain(demo: Path) -> None:
    tab = opened(period="2026-10")
    assert "明显高于全院（99.8% 限外）：甲状腺乳腺外科" in re.sub(r"\\(.)", r"\1", tab.headline())
    table = part(tab, "cards").table()
    marked = table[table["超出界限"].str.contains("■ 病历质量")]
    assert marked["科室"].tolist() == ["甲状腺乳腺外科"]
    assert table["科室"].tolist()[:2] == ["心血管内科", "呼吸与危重症医学科"]  # by code: no ranks


def test_a_department_shows_what_its_score_is_made_of(demo: Path) -> None:
    tab = part(opened(period="2026-10", dept="0203"), "cards")
    made = tab.table(1).set_index(t("scorecard.column.domain"))
    row = made.loc["病历质量"]
    assert int(row[t("scorecard.column.forms")]) > 24
    assert 60 < float(row[t("scorecard.column.score")]) < 95
    assert "甲状腺乳腺外科" in part(tab, "trend").said()


def test_weights_move_the_coefficient(demo: Path) -> None:
    tab = part(opened(period="2026-10"), "assessment")
    before = tab.table()[t("scorecard.column.coefficient")].tolist()
    part(tab, "weights").choose("scorecard_kind", "assessment")
    tab.at.number_input(key="scorecard_weight_assessment_base_0").set_value(80.0)
    tab.press(t("scorecard.weights.save"))
    assert tab.errors() == [re.sub(r"\{most\}", "300", texts("zh")["error.E_WEIGHT_REASON"])]
    tab.write(t("scorecard.weights.reason"), "先松后紧").press(t("scorecard.weights.save"))
    assert weights(session.store(), 1)["reason"].tolist() == ["先松后紧"]
    after = part(tab, "assessment").table()[t("scorecard.column.coefficient")].tolist()
    assert before != after
    assert float(after[0]) == pytest.approx(float(before[0]) + 0.1, abs=0.011)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_left_unsaid_in_either_language(demo: Path, language: str) -> None:
    tab = opened(lang=language)
    said = [tab.said(), *(part(tab, name).said() for name in TABS)]
    tab.at.session_state["scorecard_how"] = True
    text = "\n".join([*said, tab.run().said()])
    assert not HOLE.search(text)
    assert not re.search(r"scorecard\.[a-z]+\.?", text)


def test_a_clinic_without_inspections_has_what_it_has(clinic: Path) -> None:
    tab = opened()
    assert t("scorecard.headline.none") in tab.said()
    for name in TABS:
        part(tab, name)


def test_an_empty_hospital_says_what_to_do(empty: Path) -> None:
    assert texts("zh")["scorecard.empty"] in opened().texts()
