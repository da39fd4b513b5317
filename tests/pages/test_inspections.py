"""督查: filled by two people at once, taken up again, vetoed; findings become actions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.access.records import staff
from core.control.actions.reads.records import actions
from core.control.inspections.desk.records import forms, rounds
from core.control.inspections.records import answers_of
from core.control.inspections.templates.records import versions
from core.frames import Scope
from core.words import t, texts
from pages.shared import session
from tests.pages.app import INSPECTIONS, Tab
from tests.pages.test_any_page import HOLE

EVER = Scope(1, 0, 999912)


def opened(**query: str) -> Tab:
    return Tab(INSPECTIONS, **query)


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["inspections_tab"] = t(f"inspections.tab.{name}")
    return tab.run()


def half_filled() -> int:
    rows = forms(session.store(), EVER)
    begun = rows[(rows["state"] == "open") & (rows["revision"] > 0)]
    return int(begun.iloc[0]["id"])


def empty_form() -> int:
    rows = forms(session.store(), EVER)
    return int(rows[(rows["state"] == "open") & (rows["revision"] == 0)].iloc[0]["id"])


def answer(tab: Tab, form: int, code: str, result: str) -> Tab:
    return tab.choose(f"inspection_{form}_{code}_result", result)


def test_the_headline_says_who_flatters_and_how_sure_the_rate_is(demo: Path) -> None:
    tab = opened(period="2026-10")
    headline = re.sub(r"\\(.)", r"\1", tab.headline())
    assert re.match(
        r"2026年10月：检查单已交 \d+/\d+ 份。督查病历甲级率 [\d.]+%（95% 区间", headline
    )
    assert "自查虚高最多的是甲状腺乳腺外科" in headline
    compared = part(tab, "compare").table()
    assert compared.iloc[0][["科室", "判断"]].tolist() == ["甲状腺乳腺外科", "■ 虚高"]
    assert (compared["判断"].iloc[1:] == "○ 未见虚高").mean() > 0.9  # one in forty by chance


def test_the_department_moves_the_headline(demo: Path) -> None:
    tab = opened(period="2026-10")
    whole = tab.metrics()[t("inspections.card.done")]
    tab.choose("inspections_round", int(rounds(session.store(), EVER).iloc[1]["id"]))
    tab.choose("scope_department", "0101")
    assert tab.metrics()[t("inspections.card.done")] != whole


def test_a_half_filled_form_is_taken_up_after_a_restart(demo: Path) -> None:
    form = half_filled()
    tab = opened(inspection=str(form))
    answer(tab, form, "CS07", "met")
    session.store().close()
    session.reopen()
    again = opened(inspection=str(form))
    assert again.at.session_state[f"inspection_{form}_CS07_result"] == "met"
    assert t("inspections.form.progress", done=7, of=10) in again.said()
    submit = next(one for one in again.at.button if one.label == t("inspections.form.submit"))
    assert submit.disabled


def test_two_browsers_fill_one_form_and_nothing_is_lost(demo: Path) -> None:
    form = empty_form()
    one, two = opened(inspection=str(form)), opened(inspection=str(form))
    two.choose("acting", staff(session.store(), 1)["name"].iloc[3])
    answer(one, form, "CS01", "met")
    answer(two, form, "CS02", "unmet")
    answer(one, form, "CS02", "met")
    assert any("请选一个" in warning.value for warning in one.at.warning)
    assert any("不合格" in warning.value for warning in one.at.warning)
    stored = answers_of(session.store(), 1, form)
    assert stored["CS01"].answer.result == "met"
    assert stored["CS02"].answer.result == "unmet"
    one.press(t("inspections.form.mine"))
    assert answers_of(session.store(), 1, form)["CS02"].answer.result == "met"
    assert not one.at.warning
    two.run()
    assert two.at.session_state[f"inspection_{form}_CS02_result"] == "met"
    assert two.at.session_state[f"inspection_{form}_CS01_result"] == "met"


def test_a_click_that_was_never_handed_over_is_stored_with_the_next_run(demo: Path) -> None:
    form = empty_form()
    tab = opened(inspection=str(form))
    tab.at.session_state[f"inspection_{form}_CS03_result"] = "met"
    tab.run()
    assert answers_of(session.store(), 1, form)["CS03"].answer.result == "met"
    tab.at.session_state[f"inspection_{form}_CS03_result"] = "unchecked"  # a browser left behind
    tab.run()
    assert answers_of(session.store(), 1, form)["CS03"].answer.result == "met"
    assert tab.at.session_state[f"inspection_{form}_CS03_result"] == "met"


def test_a_note_typed_just_before_the_form_is_handed_in_is_no_change_of_others(demo: Path) -> None:
    form = empty_form()
    tab = opened(inspection=str(form))
    for number in range(1, 11):
        answer(tab, form, f"CS{number:02d}", "met" if number != 6 else "partly")
    note = next(box for box in tab.at.text_input if box.key == f"inspection_{form}_CS06_note")
    note.set_value("缺签名")
    tab.press(t("inspections.form.submit"))
    assert tab.errors() == []
    rows = forms(session.store(), EVER).set_index("id")
    assert rows.loc[form, "state"] == "submitted"


def test_a_veto_is_told_and_its_finding_becomes_an_action(demo: Path) -> None:
    form = empty_form()
    tab = opened(inspection=str(form))
    for number in range(1, 11):
        answer(tab, form, f"CS{number:02d}", "met" if number != 6 else "partly")
    key = f"inspection_{form}_CS06_vetoed"
    next(box for box in tab.at.checkbox if box.key == key).check()
    tab.run().press(t("inspections.form.submit"))
    assert tab.metrics()[t("inspections.column.score")] == "96.0"
    assert "否决封顶" in re.sub(r"\\(.)", r"\1", tab.said())
    before = len(actions(session.store(), EVER))
    rows = forms(session.store(), EVER).set_index("id")
    popover = f"raise_finding_CK_CS_CS06_{rows.loc[form, 'department']}"
    tab.at.session_state[popover] = True
    tab.run().press(t("actions.raise.save"))
    made = actions(session.store(), EVER)
    assert len(made) == before + 1
    assert (made.iloc[0]["origin_kind"], made.iloc[0]["origin_key"]) == ("finding", "CK-CS:CS06")
    assert made.iloc[0]["severity"] == "serious"


def test_a_sample_is_planned_on_the_seed_of_the_other_level(demo: Path) -> None:
    tab = part(opened(period="2026-10"), "plan")
    tab.choose("inspections_plan_level", 1)
    assert "同一批病历" in tab.said()
    tab = meant(tab)
    tab.press(t("inspections.plan.draw"))
    newest = rounds(session.store(), EVER).iloc[0]
    assert (newest["level"], newest["seed"], newest["forms"]) == (1, "2026-病历-202610", 81)
    tab.press(t("inspections.redraw"))
    assert any("完全一致" in one.value for one in tab.at.success)


def meant(tab: Tab) -> Tab:
    """Say that the same round is to be made once more."""
    again = next(one for one in tab.at.checkbox if one.label == t("inspections.plan.again.do"))
    again.check()
    return tab.run()


def test_a_round_planned_by_mistake_is_withdrawn_while_nobody_began(demo: Path) -> None:
    tab = part(opened(period="2026-10"), "plan")
    tab.choose("inspections_plan_level", 1)
    draw = next(one for one in tab.at.button if one.label == t("inspections.plan.draw"))
    assert draw.disabled  # the demo has drawn it already
    assert any("已有同样的一次" in one.value for one in tab.at.warning)
    meant(tab).press(t("inspections.plan.draw"))
    newest = rounds(session.store(), EVER).iloc[0]
    title, count = newest["title"], int(newest["forms"])
    tab = opened(period="2026-10").choose("inspections_round", int(newest["id"]))
    tab.press(t("inspections.withdraw.do"))
    told = t("inspections.withdrawn", round=title, count=count)
    assert told in re.sub(r"\\(.)", r"\1", tab.said())
    assert int(newest["id"]) not in set(rounds(session.store(), EVER)["id"])
    rows = forms(session.store(), EVER)
    begun = int(rows[rows["id"] == half_filled()].iloc[0]["round_id"])
    tab = opened(period="2026-10").choose("inspections_round", begun)
    assert t("inspections.withdraw.do") not in [one.label for one in tab.at.button]


def test_a_text_that_is_too_long_is_told_and_kept(demo: Path) -> None:
    form = empty_form()
    tab = answer(opened(inspection=str(form)), form, "CS01", "unmet")
    key = f"inspection_{form}_CS01_note"
    tab.at.text_input(key=key).set_value("长" * 301)
    tab.run()
    assert t("text.long", count="301", most="300") in tab.errors()
    assert t("error.E_TEXT_LONG", count=301, most=300) in tab.errors()
    assert tab.at.text_input(key=key).value == "长" * 301
    assert answers_of(session.store(), 1, form)["CS01"].note == ""
    tab.at.text_input(key=key).set_value("长" * 300)
    assert tab.run().errors() == []
    assert answers_of(session.store(), 1, form)["CS01"].note == "长" * 300


def test_an_edited_checklist_is_a_new_version(demo: Path) -> None:
    tab = part(opened(), "templates")
    tab.press(t("inspections.template.save"))
    assert tab.errors() == [texts("zh")["error.E_TEMPLATE_SAME"]]
    tab.at.session_state["inspections_grid_CK-CS_1"] = {
        "edited_rows": {0: {t("inspections.grid.weight"): 20}},
        "added_rows": [],
        "deleted_rows": [],
    }
    tab.write(t("inspections.template.reason"), "交接班是今年重点").press(
        t("inspections.template.save")
    )
    kept = versions(session.store(), 1)
    newest = kept[kept["code"] == "CK-CS"].iloc[0]
    assert (newest["number"], newest["reason"]) == (2, "交接班是今年重点")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_left_unsaid_in_either_language(demo: Path, language: str) -> None:
    tab = opened(lang=language)
    said = [tab.said()]
    for name in ("plan", "found", "compare", "templates"):
        said.append(part(tab, name).said())
    tab.at.session_state["inspections_how"] = True
    said.append(tab.run().said())
    tab.at.session_state["inspections_open"] = half_filled()
    said.append(tab.run().said())
    text = "\n".join(said)
    assert not HOLE.search(text)
    assert not re.search(r"inspections\.[a-z]+\.?", text)


def test_hospitals_without_cases_can_still_inspect_departments(clinic: Path) -> None:
    tab = part(opened(), "plan")
    assert t("inspections.plan.make") in [one.label for one in tab.at.button]
    assert t("inspections.work.none") in part(tab, "work").said()


def test_an_empty_hospital_says_what_to_do(empty: Path) -> None:
    assert texts("zh")["inspections.empty"] in opened().texts()
