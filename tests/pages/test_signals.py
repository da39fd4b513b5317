"""异常信号: a ranked list a person acts on; answers, improvements, the weekly meeting's page."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest

from core.reports.agenda.items import document
from core.reports.agenda.records import matters, meetings
from core.reports.documents import word
from core.reports.signals.desk.records import answers
from core.store.trail import last_rows
from core.words import set_language, t, texts
from pages.shared import session
from tests.pages.app import HOME, PROGRESS, Tab
from tests.pages.test_any_page import CHINESE, HOLE
from tests.stores import HOSTILE

SIGNALS = "pages/analysis/signals.py"
MEETING = 20261116
OVERSPEND = "脊柱创伤骨科 · 卫生材料预算执行率"


def opened(**query: str) -> Tab:
    return Tab(SIGNALS, **query)


def rows(tab: Tab) -> list[str]:
    """The rows of the list, as they are read."""
    found = (re.sub(r"\\(.)", r"\1", one.value) for one in tab.at.markdown)
    return [text for text in found if re.match(r":\w+\[\*\*[■▲○●◆]", text)]


def tab_named(tab: Tab, start: str) -> Tab:
    """Open the tab whose label begins so."""
    label = next(one.label for one in tab.at.tabs if one.label.startswith(start))
    tab.at.session_state["signals"] = label
    return tab.run()


def act(tab: Tab) -> Tab:
    """Open the dialog of the first row."""
    return tab.press("处理")


def test_the_headline_and_the_first_row_say_the_same(demo: Path) -> None:
    tab = opened(period="2026-09")
    headline = re.sub(r"\\(.)", r"\1", tab.headline())
    assert re.match(r"2026年9月：\d+ 项要紧，\d+ 项关注，\d+ 项留意。最要紧：", headline)
    assert OVERSPEND in headline
    assert OVERSPEND in rows(tab)[0]
    assert "自 2026年7月 起，第 3 个月" in rows(tab)[0]
    assert len(rows(tab)) == 8


def test_month_and_department_move_the_list(demo: Path) -> None:
    tab = opened(period="2026-09")
    first = rows(tab)
    assert rows(tab.choose("scope_month", 202602)) != first
    tab.choose("scope_month", 202609).choose("scope_department", "0101")
    assert rows(tab)
    assert all("心血管内科" in row for row in rows(tab))


def test_reasons_filter_the_list(demo: Path) -> None:
    tab = opened(period="2026-10")
    tab.at.multiselect(key="signals_reasons").set_value(["idle", "bottleneck"])
    told = rows(tab.run())
    assert told
    assert all("设备闲置" in row or "设备瓶颈" in row for row in told)


def test_a_goal_that_lags_is_a_row_and_raises_the_action_of_its_goal(demo: Path) -> None:
    tab = opened(period="2026-10")
    tab.at.multiselect(key="signals_reasons").set_value(["plan"])
    told = rows(tab.run())
    assert any("规划目标：服务零投诉：投诉率降低 40%" in row for row in told)
    assert any("《2025–2029 五年发展规划》此时应到" in row for row in told)
    raised = Tab(PROGRESS, plan="1", period="2026-10").links()
    tab.at.session_state["raise_plan_1_42_"] = True
    tab.run().press(t("actions.raise.save"))
    later = Tab(PROGRESS, plan="1", period="2026-10").links()
    assert len(later) == len(raised) + 1
    assert any(link.startswith("○ 待分派") for link in later)


def test_an_acknowledged_signal_leaves_the_list_with_its_reason_kept(demo: Path) -> None:
    tab = act(opened(period="2026-09"))
    tab.press("保存")
    assert tab.errors() == [texts("zh")["error.E_SIGNAL_REASON"]]
    tab.write("理由（必填）", "骨科已约谈，下月复看 **不是** <b>粗体</b>").press("保存")
    stored = answers(session.store(), 1).iloc[0]
    assert (stored["subject"], stored["department"], stored["since"]) == ("FN051", "0205", 202607)
    assert stored["answer"] == "acknowledged"
    assert last_rows(session.store(), 1)[0]["action"] == "signal.answer"
    fresh = opened(period="2026-09")
    assert OVERSPEND not in rows(fresh)[0]
    answered = rows(fresh.choose("signals_state", "answered"))
    assert len(answered) == 1
    assert "骨科已约谈，下月复看 **不是** <b>粗体</b>" in answered[0]


def test_a_snoozed_signal_comes_back_and_can_be_taken_back(demo: Path) -> None:
    tab = act(opened(period="2026-09")).choose("signal_act", "snoozed")
    tab.write("理由（必填）", "等省里的集采结果").press("保存")
    stored = answers(session.store(), 1).iloc[0]
    assert (stored["answer"], stored["until"]) == ("snoozed", 202610)
    fresh = opened(period="2026-09").choose("signals_state", "answered")
    act(fresh).press("撤回这条回应")
    assert answers(session.store(), 1).empty
    assert OVERSPEND in rows(opened(period="2026-09"))[0]


def test_who_is_second_is_told_and_changes_nothing(demo: Path) -> None:
    first, second = act(opened(period="2026-09")), act(opened(period="2026-09"))
    first.write("理由（必填）", "先到").press("保存")
    second.write("理由（必填）", "后到").press("保存")
    assert second.errors() == [texts("zh")["error.E_CONFLICT"]]
    assert answers(session.store(), 1)["reason"].tolist() == ["先到"]


def test_a_signal_on_the_agenda_keeps_its_origin_and_is_edited_there(demo: Path) -> None:
    tab = act(opened(period="2026-09")).choose("signal_act", "agenda")
    tab.write("责任人", "骨科 高主任").press("列入周例会")
    kept = matters(session.store(), 1, MEETING).iloc[0]
    assert (kept["subject"], kept["department"], kept["month"]) == ("FN051", "0205", 202609)
    assert kept["matter"] == OVERSPEND
    assert "超预算 16.7%" in kept["data"]
    assert kept["tier"] == "supervisor"  # some 360,000 元
    again = act(opened(period="2026-09")).choose("signal_act", "agenda").press("列入周例会")
    assert again.errors()[0].startswith("这条信号已在 2026-11-16 的议题单上")
    page = tab_named(opened(period="2026-09"), "周例会")
    assert "来自 2026年9月的信号" in "".join(page.links()).replace("2026年9月 的", "2026年9月的")
    page.press("修改").write("事项", "耗材专项").press("保存")
    assert matters(session.store(), 1, MEETING)["matter"].tolist() == ["耗材专项"]
    tab_named(opened(period="2026-09"), "周例会").press("修改").press("撤下")
    assert matters(session.store(), 1, MEETING).empty
    assert meetings(session.store(), 1) == ()


def test_the_page_of_the_meeting_is_a_docx_with_every_matter(demo: Path) -> None:
    act(opened(period="2026-09")).choose("signal_act", "agenda").press("列入周例会")
    stored = matters(session.store(), 1, MEETING).to_dict("records")
    made = word.docx(document("无忧市第一医院", session.today(), stored))
    read = docx.Document(io.BytesIO(made))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    assert OVERSPEND in cells
    assert "分管院领导" in cells
    assert any("50 万元" in paragraph.text for paragraph in read.paragraphs)


def test_improvements_stand_on_their_own_tab(demo: Path) -> None:
    tab = tab_named(opened(period="2026-10"), "好转")
    assert len(rows(tab)) == 10
    assert all("● 好转" in row for row in rows(tab))
    assert "重症医学科" in set(tab.table()["科室"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_left_unsaid_in_either_language(demo: Path, language: str) -> None:
    tab = Tab(SIGNALS, period="2026-02", lang=language)
    set_language(language)
    parts = [tab.said()]
    tab.at.session_state["signals_more"] = True
    parts.append(tab.run().said())
    for start in ("better", "neutral"):
        label = t(f"signals.tab.{start}", count="").strip()
        parts.append(tab_named(tab, label).said())
    parts.append(tab_named(tab, t("signals.tab.agenda")).said())
    text = "\n".join(parts)
    assert not HOLE.search(text)
    assert "signals." not in text
    assert "agenda." not in text
    if language == "en":
        own = [
            row for row in rows(Tab(SIGNALS, period="2026-02", lang="en")) if CHINESE.search(row)
        ]
        assert own == []


def test_an_empty_hospital_says_what_to_do(empty: Path) -> None:
    assert texts("zh")["signals.empty"] in opened().texts()


def test_a_clinic_without_beds_lists_what_is_missing_and_nothing_fails(clinic: Path) -> None:
    tab = opened()
    assert any("未报送：" in row for row in rows(tab))
    assert tab_named(tab, "周例会").said().count("还没有议题") == 1


def test_a_hostile_name_is_only_a_name(gap: Path) -> None:
    assert any("未报送：" in row and "外科" in row for row in rows(opened()))
    assert HOSTILE not in opened().said()


def test_home_tells_the_same_signals_in_the_same_words(demo: Path) -> None:
    listed = rows(opened(period="2026-09"))
    home = Tab(HOME, period="2026-09")
    first = home.links()[home.links().index(next(x for x in home.links() if "要紧" in x))]
    assert re.sub(r"\\(.)", r"\1", first) == f"■ 要紧 {OVERSPEND}"
    why = listed[0].split("  \n")[1]
    assert why in [re.sub(r"\\(.)", r"\1", text) for text in home.texts()]
