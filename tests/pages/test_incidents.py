"""不良事件 without a browser: anonymous from end to end, triage, analysis, hidden counts."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from core.control.incidents.analyses.records import analyses
from core.control.incidents.box.records import ANONYMOUS
from core.control.incidents.grading import STATES
from core.control.incidents.records import incidents, triage
from core.frames import Scope
from core.hospital.records import departments
from core.store.engine import Actor
from core.store.trail import last_rows
from core.words import t
from pages.shared import incident_heat, session
from tests.control.incidents.given import DEFINITIONS, graded
from tests.pages.app import Tab
from tests.pages.test_any_page import CHINESE, HOLE, _foreign, _words_of_the_data, any_of
from tests.pages.test_every_chart import lacking

PAGE = "pages/control/incidents.py"
TELLER, SECRET = "护理 李芳", "夜间走廊灯不亮，推床撞到门框，患者没有受伤。"
EVERY = Scope(1, 0, 999_999)
FINDS = re.compile(r"^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}$")


def opened(part: str, **query: str) -> Tab:
    return Tab(PAGE, part=part, **query)


def field(tab: Tab, kind: str, label: str) -> Any:
    """The widget of that kind and label."""
    widgets: Any = tab.at.get(kind)
    return next(one for one in widgets if one.label == label)


def send(tab: Tab, words: str = SECRET) -> Tab:
    """Fill the letter and send it."""
    field(tab, "text_area", "发生了什么").set_value(words)
    field(tab, "selectbox", "类别").set_value("fall")
    field(tab, "selectbox", "发生科室").set_value("0501")
    return tab.press("匿名提交")


def receipt(tab: Tab) -> str:
    return next(one.value for one in tab.at.code if FINDS.match(one.value))


def everything() -> set[str]:
    """Every row of every table; of those with figures, how many there are."""
    found = set()
    with session.store().read() as connection:
        for name in SQLModel.metadata.tables:
            count = connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar()
            found.add(f"count {name} {count}" if int(count or 0) > MANY else f"few {name}")
            if int(count or 0) <= MANY:
                rows = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()
                found |= {f"{name} {dict(row)}" for row in rows}
    return found


MANY = 5_000


def state_of(tab: Tab) -> str:
    """All that the session keeps."""
    return str(tab.at.session_state)


def test_after_an_anonymous_report_nothing_ties_it_to_the_person_or_the_session(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = opened("report").choose("acting", TELLER)
    before = everything()
    log = demo.parent / "jingguan.log"
    code = receipt(send(tab))
    fresh = everything() - before
    assert {row.split()[0] for row in fresh} == {"incident", "audit", "audit_head"}
    for row in fresh:
        assert TELLER not in row
        assert code not in row
        assert code.replace("-", "") not in row
    audit = last_rows(session.store(), 1)[0]
    assert (audit["who"], audit["subject"], audit["new"]) == (ANONYMOUS.name, "incident", "{}")
    assert audit["at"].endswith("00:00:00")
    kept = state_of(tab)
    assert SECRET not in kept
    assert code not in kept
    assert code not in str(tab.query())
    assert SECRET not in str(tab.query())
    assert not log.exists() or code not in log.read_text("utf-8")
    assert code not in "".join(tab.run().texts())  # once
    tab.at.session_state["incidents"] = t("incidents.tab.triage")
    rows = tab.run().table()
    assert SECRET in set(rows["经过"])
    assert TELLER not in str(rows.to_numpy().tolist())


def test_the_holder_of_a_receipt_follows_and_adds(demo: Path) -> None:
    code = receipt(send(opened("report")))
    tab = opened("follow")
    field(tab, "text_input", "回执码").set_value(code.lower())
    field(tab, "text_area", "补充内容（可不填）").set_value("第二天灯已修好。")
    tab.press("查看进展")
    assert "第二天灯已修好。" in tab.said()
    assert "已收到，等待分级。" in tab.said()
    assert code.lower() not in state_of(tab)
    field(tab, "text_input", "回执码").set_value("AAAA-AAAA-AAAA")
    assert tab.press("查看进展").errors()[0].startswith("没有这个回执码")


def test_what_is_refused_stays_in_the_form(demo: Path) -> None:
    tab = send(opened("report"), "太短")
    assert tab.errors()[0].startswith("请用 10–2000 个字")
    assert field(tab, "text_area", "发生了什么").value == "太短"
    send(tab, "请联系 13812345678 了解当时的情况。")
    assert tab.errors()[0].startswith("内容里像是有手机号")


def newest() -> dict[Any, Any]:
    rows = incidents(session.store(), EVERY)
    return rows[rows["state"] == "new"].iloc[0].to_dict()


def test_triage_on_the_screen_and_who_is_second_keeps_what_was_typed(demo: Path) -> None:
    tab = opened("triage")
    event = newest()
    tab.at.session_state["incident_chosen"] = event["id"]
    tab.run()
    key = f"triage_{event['id']}"
    harm = "none" if event["kind"] == "event" else "unsafe"
    grade = 3 if event["kind"] == "event" else 4
    tab.choose(f"{key}_harm", harm).choose(f"{key}_grade", grade)
    made = graded(grade, type=event["type"])
    first = Actor("医务", "tests")
    triage(session.store(), first, EVERY, (event["id"], 1), (DEFINITIONS, made))
    field(tab, "text_input", "说明（可不填）").set_value("我写的")
    tab.press("保存分级")
    assert "别人已先修改了这一项" in tab.errors()[0]
    assert "已分级" in tab.errors()[0]
    assert field(tab, "text_input", "说明（可不填）").value == "我写的"
    tab.press("保存分级")
    assert tab.errors() == []
    row = incidents(session.store(), EVERY).set_index("id").loc[event["id"]]
    assert (row["version"], row["grade"]) == (3, grade)


def test_the_filter_moves_the_list(demo: Path) -> None:
    tab = opened("triage").choose("incident_state", "analysing")
    assert len(tab.table()) == 1
    assert tab.choose("incident_state", "every").choose("incident_grade", 1).table()[
        "级别"
    ].unique().tolist() == ["Ⅰ级 警讯事件"]


def test_a_head_of_department_sees_only_the_own_events(demo: Path) -> None:
    tab = opened("triage").choose("acting", "心内 徐主任").choose("incident_state", "every")
    assert set(tab.table()["科室"]) == {"心血管内科"}
    assert "只显示本科室的事件：心血管内科" in tab.said()


def test_an_open_analysis_says_what_is_missing_and_finishes_when_it_is_there(demo: Path) -> None:
    tab = opened("rca").choose("rca_part", "checks")
    assert field(tab, "button", "完成分析并结案").disabled
    number = int(analyses(session.store(), EVERY).iloc[0]["id"])
    tab.choose("rca_part", "causes")
    form = f"rca_{number}_why_0"
    tab.at.text_area(key=f"{form}_text").set_value("为什么没有？流程没有写。")
    tab.at.text_area(key=f"{form}_evidence").set_value("翻身操作规程")
    tab.choose(f"{form}_depth", "system")
    tab.at.button(key=f"{form}_save").click()
    tab.run().choose("rca_part", "measures")
    form = f"rca_{number}_measure_0"
    tab.choose(f"{form}_measure", "forcing")
    tab.at.text_area(key=f"{form}_text").set_value("床栏加装管路卡槽")
    tab.at.button(key=f"{form}_save").click()
    tab.run().choose("rca_part", "checks").press("完成分析并结案")
    assert tab.errors() == []
    assert analyses(session.store(), EVERY).iloc[0]["state"] == "finished"


def test_small_counts_are_hidden_in_the_file_as_on_the_screen(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, Any] = {}
    monkeypatch.setattr(incident_heat, "download", lambda rows, name: files.__setitem__(name, rows))
    tab = opened("risk")
    assert "*为隐去的格" in tab.said()
    sheet = files["在哪个科室、哪个环节、哪一类"]()
    counts = own_counts()
    cells = [
        (cell, counts.get((row[0], title), 0))
        for row in sheet.iloc[:-1].to_numpy().tolist()
        for title, cell in zip(sheet.columns[1:-1], row[1:-1], strict=True)
    ]
    told = [(int(cell), count) for cell, count in cells if cell != "*"]
    assert len(told) > 50
    assert all(cell == count and (count == 0 or count >= 5) for cell, count in told)
    assert sum(cell == "*" for cell, _ in cells) > 100
    tab.choose("acting", "心内 徐主任")
    own = files["在哪个科室、哪个环节、哪一类"]().set_index("").loc["心血管内科"]
    assert "*" not in own.tolist()[:-1]


def test_department_stage_and_type_are_seen_together(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, Any] = {}
    monkeypatch.setattr(incident_heat, "download", lambda rows, name: files.__setitem__(name, rows))
    tab = opened("risk").choose("incident_only_type", "perform")
    stage = next(one.name.zh for one in DEFINITIONS.stages if one.code == "perform")
    assert f"{stage}（共" in tab.said()
    sheet = files["在哪个科室、哪个环节、哪一类"]().set_index("")
    rows = incidents(session.store(), Scope(1, 202510, 202609))
    rows = rows[(rows["stage"] == "perform") & (rows["state"] != "void")]
    places = departments(session.store(), EVERY).set_index("department")["name_zh"]
    types = {one.code: one.name.zh for one in DEFINITIONS.types}
    counts = Counter(zip(rows["department"].map(places), rows["type"].map(types), strict=True))
    told = {
        (place, kind): sheet.loc[place, kind]
        for place, kind in counts
        if sheet.loc[place, kind] != "*"
    }
    assert told
    assert all(int(cell) == counts[pair] >= 5 for pair, cell in told.items())
    tab.choose("acting", "心内 徐主任")
    own = files["在哪个科室、哪个环节、哪一类"]().set_index("").loc["心血管内科"]
    assert "*" not in own.tolist()[:-1]


def own_counts() -> dict[tuple[str, str], int]:
    """Events of the four quarters by names of department and type, counted one by one."""
    rows = incidents(session.store(), Scope(1, 202510, 202609))
    places = departments(session.store(), EVERY).set_index("department")["name_zh"]
    types = {one.code: one.name.zh for one in DEFINITIONS.types}
    pairs = zip(rows["department"].map(places), rows["type"].map(types), strict=True)
    return dict(Counter(pairs))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_tab_speaks_one_language_and_has_no_hole(demo: Path, language: str) -> None:
    tab = opened("report", lang=language)
    rows = incidents(session.store(), EVERY)
    data = [*rows["narrative"].unique(), *_words_of_the_data(), DEFINITIONS.source]
    data += [rule.source for rule in DEFINITIONS.rules]
    data += typed()
    said = any_of(sorted(set(data) - {""}))
    for part in ("report", "follow", "triage", "risk", "rca"):
        tab.at.session_state["incidents"] = t(f"incidents.tab.{part}")
        speaks(tab.run(), language, said)
    for step in ("bones", "causes", "measures", "checks"):
        speaks(tab.choose("rca_part", step), language, said)


def speaks(tab: Tab, language: str, data: re.Pattern[str]) -> None:
    """One language, no hole, and every chart with its unit, source, words and figures."""
    said = tab.texts()
    assert [one for one in said if HOLE.search(one)] == []
    strange = {one: _foreign(one, language, data) for one in said}
    assert {one: words for one, words in strange.items() if words} == {}
    assert lacking(tab, language)[1] == []


def typed() -> list[str]:
    """What people typed into analyses."""
    with session.store().read() as connection:
        rows = connection.execute(text("SELECT content FROM incident_analysis_entry")).scalars()
        told = [value for row in rows for value in json.loads(row).values()]
        return [value for value in told if CHINESE.search(value)]


def test_a_hospital_without_events_is_told_what_to_do(any_store: Path) -> None:
    tab = opened("report")
    assert tab.title() == "不良事件"
    for part in ("follow", "triage", "rca", "risk"):
        tab.at.session_state["incidents"] = t(f"incidents.tab.{part}")
        assert tab.run().errors() == []
        assert "nan" not in tab.said()
    assert "还没有不良事件" in tab.said()


def test_every_state_has_its_words() -> None:
    assert all(t(f"incidents.told.{one}") != f"incidents.told.{one}" for one in STATES)
