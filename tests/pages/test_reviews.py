"""规划评审: blind sheets, release, discussion, second scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.planning.goals.records import plans
from core.planning.reviews.model import Member, Round, Sheet
from core.planning.reviews.records import open_round, rounds, submit
from core.store.engine import Actor
from core.store.opening import open_store
from core.words import t
from pages.shared import plan_reads
from tests.pages.app import REVIEWS, Tab
from tests.stores import url_of

PEOPLE = ("运营 林晓", "财务 陈静", "质控 王蕾")
CODES = ("SCI", "BAS", "OPE", "CHK")


@pytest.fixture
def quick(demo: Path) -> int:
    """An open quick round of which two sheets are in: 1 and 5 throughout."""
    store = open_store(url_of(demo))
    members = (*(Member(name) for name in PEOPLE), Member("院办 周明", "编制科室"))
    draft = Round(plans(store, 1)[0].id, "快评", "quick", members, plan_reads.rubric().weights)
    made = open_round(store, Actor("t", "t"), 1, draft)
    for name, score in zip(PEOPLE[:2], (1.0, 5.0), strict=True):
        sheet = Sheet(name, 1, dict.fromkeys(CODES, score), "看不见的意见")
        submit(store, Actor(name, "t"), (1, made), sheet, CODES)
    store.close()
    return made


def act_as(tab: Tab, name: str) -> Tab:
    tab.at.session_state["acting"] = name
    return tab.run()


def test_before_the_release_no_address_shows_a_score(quick: int) -> None:
    tab = Tab(REVIEWS, round=str(quick))
    assert "已交 2 名" in tab.headline()
    for name in (*PEOPLE, "院办 周明"):
        act_as(tab, name)
        for wanted in ("result", "agreement", "sheet"):
            tab.at.session_state["reviews"] = t(f"reviews.tab.{wanted}")
            tab.run()
            assert "看不见的意见" not in tab.said()
            assert not tab.at.metric
            assert [one for one in tab.at.button_group if one.value in (1, 5)] == []


def test_the_last_sheet_releases_a_result_with_its_disagreement(quick: int) -> None:
    tab = act_as(Tab(REVIEWS, round=str(quick)), PEOPLE[2])
    for code, score in zip(CODES, (4, 4, 2, 3), strict=True):
        tab.choose(f"score_{code}", score)
    tab.press(t("reviews.submit"))
    tab.press(t("reviews.release"))
    assert "一致性" in tab.headline()
    tab.at.session_state["reviews"] = t("reviews.tab.agreement")
    tab.run()
    assert "运营 林晓 1" in tab.said()
    assert t("reviews.todo.low") in [one.value for one in tab.at.warning]
    tab.press(t("reviews.again"))
    assert t("reviews.state.second") in tab.said()


def test_a_draft_is_gone_when_another_person_acts(quick: int) -> None:
    tab = act_as(Tab(REVIEWS, round=str(quick)), PEOPLE[2])
    tab.choose("score_SCI", 2)
    act_as(tab, "院办 周明")
    act_as(tab, PEOPLE[2])
    scores = next(one for one in tab.at.button_group if one.key == "score_SCI")
    assert scores.value is None


def test_the_finished_round_of_the_demo_agreed_after_talking(demo: Path) -> None:
    tab = Tab(REVIEWS)
    assert tab.metrics()[t("reviews.card.people")] == "4"
    tab.at.session_state["reviews"] = t("reviews.tab.agreement")
    tab.run()
    first, second = (float(value) for value in _coefficients(tab.said()))
    assert first < 0.5 < second
    assert "资金来源" in tab.said()


def _coefficients(said: str) -> tuple[str, str]:
    line = next(text for text in said.splitlines() if "ICC" in text and "重评" in text)
    parts = line.replace("\\", "").split("ICC ")
    return parts[1].split("）")[0], parts[2].split("）")[0]


def test_weights_that_contradict_themselves_cannot_be_used(demo: Path) -> None:
    tab = Tab(REVIEWS)
    tab.at.session_state["reviews"] = t("reviews.tab.new")
    tab.run().choose("review_weighing", "ahp")
    for pair in ("ahp_SCI_BAS", "ahp_BAS_OPE"):
        tab.at.select_slider(key=pair).set_value(9.0)
    tab.at.select_slider(key="ahp_SCI_OPE").set_value(1 / 9)
    tab.run()
    assert "不能采用" in tab.errors()[0]
    assert len(rounds(open_store(url_of(demo)), 1)) == 5


def test_a_store_without_data_says_what_to_do(empty: Path) -> None:
    assert Tab(REVIEWS).at.info
