"""设备效益: the idle machine first, reserves apart, and what if beside what is."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.analysis.equipment import Bands, benefit, ranked
from core.analysis.machines.records import machine_use, register
from core.frames import Scope
from core.hospital.records import hospitals
from core.intake.records import Delivery, load
from core.months import month_range
from core.words import t, texts
from pages.shared import session
from pages.shared.equipment_parts import figures
from tests.pages.app import Tab
from tests.pages.test_any_page import HOLE, _foreign, _words_of_the_data, any_of
from tests.stores import ACTOR, RULES

EQUIPMENT = "pages/analysis/equipment.py"


def slide(tab: Tab, key: str, value: Any) -> Tab:
    next(widget for widget in tab.at.slider if widget.key == key).set_value(value)
    return tab.run()


def open_part(tab: Tab, part: str) -> Tab:
    tab.at.session_state["equipment_tab"] = t(part)
    return tab.run()


def by_item(tab: Tab) -> dict[str, dict[str, str]]:
    """The table of one machine: item, then column."""
    return tab.table().set_index("项目").to_dict("index")


def in_wan(text: str) -> float:
    return float(text.split(maxsplit=1)[0].replace(",", "").replace("−", "-"))


def words_of_the_machines() -> list[str]:
    found = []
    for hospital in hospitals(session.store())["id"]:
        rows = register(session.store(), Scope(int(hospital), 190001, 999912))
        found += [*rows["name_zh"], *rows["name_en"]]
    return sorted({name for name in found if name}, key=len, reverse=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_in_every_hospital(any_store: Path, language: str) -> None:
    tab = Tab(EQUIPMENT, lang=language)
    assert tab.title() == texts(language)["equipment.title"]
    assert tab.errors() == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_speaks_one_language_and_has_no_hole(demo: Path, language: str) -> None:
    data = any_of(words_of_the_machines() + _words_of_the_data())
    tab = Tab(EQUIPMENT, lang=language)
    tab.at.session_state["equipment_pools"] = True
    stations = [tab.run()]
    for machine in ("CT-06", "ROB-01"):
        opened = Tab(EQUIPMENT, lang=language, machine=machine)
        parts = ("equipment.tab.sheet", "equipment.tab.months", "equipment.what_if.title")
        stations += [open_part(opened, part) for part in parts]
        for text in opened.texts():
            assert not HOLE.search(text), text
            assert _foreign(text, language, data) == [], text
    for text in stations[0].texts():
        assert not HOLE.search(text), text
        assert _foreign(text, language, data) == [], text


def test_the_idle_scanner_is_first_and_the_others_could_take_its_work(demo: Path) -> None:
    tab = Tab(EQUIPMENT)
    rows = tab.table()
    assert rows["设备"][0].startswith("CT-06 ")
    assert rows["状态"][0] == "■ 闲置"
    said = tab.said()
    assert re.search(r"CT\\?-06 64排CT（老院区） 只用到 26\.\d%", said)
    assert texts("zh")["equipment.idle.spared"] in said


def test_the_ultrasound_pool_is_full_and_calls_for_another_machine(demo: Path) -> None:
    said = Tab(EQUIPMENT).said()
    used = re.search(r"超声 · 超声医学科（26 台）用到 (\d+\.\d)%", said.replace("\\", ""))
    assert used
    assert float(used[1]) > 97


def test_emergency_reserves_stand_apart(demo: Path) -> None:
    tab = Tab(EQUIPMENT)
    codes = [name.split()[0] for name in tab.table(1)["设备"]]
    assert sorted(codes) == ["DSA-03", "ECMO-01", "ECMO-02"]
    assert len(tab.table(0)) == 76
    assert not set(codes) & {name.split()[0] for name in tab.table(0)["设备"]}


def test_the_robot_is_the_one_that_is_not_paid_back(demo: Path) -> None:
    tab = Tab(EQUIPMENT)
    assert tab.metrics()["几年回本？"] == "75/76 台"
    assert "最慢的是 ROB-01" in tab.said().replace("\\", "")


def test_the_idle_line_moves_the_count(demo: Path) -> None:
    tab = Tab(EQUIPMENT)
    assert tab.metrics()["闲置哪台？"] == "3 台"
    assert slide(tab, "equipment_lines", (20, 95)).metrics()["闲置哪台？"] == "0 台"


def test_a_department_shows_its_own_machines(demo: Path) -> None:
    tab = Tab(EQUIPMENT, dept="0602")
    assert {name.split("-")[0] for name in tab.table()["设备"]} == {"US"}
    without = Tab(EQUIPMENT, dept="0101")
    assert texts("zh")["equipment.none_here"] in without.said()


def test_a_click_opens_the_machine_and_its_address(demo: Path) -> None:
    tab = Tab(EQUIPMENT)
    tab.select("regular", 0)
    assert tab.query()["machine"] == "CT-06"
    assert tab.headline().startswith("CT\\-06")
    assert tab.press("回到全部设备").headline().startswith("76 台")
    assert "machine" not in tab.query()


def test_the_machine_of_a_link_may_be_unknown_here(demo: Path) -> None:
    assert Tab(EQUIPMENT, machine="XX-99").headline().startswith("76 台")


def test_the_sheet_computes_what_its_figures_say(demo: Path) -> None:
    sheet = by_item(Tab(EQUIPMENT, machine="CT-06"))
    use, back = sheet["能力利用率"], sheet["回本期"]
    top, bottom = (in_wan(part) for part in use["代入"].split(" ÷ "))
    assert use["数值"] == f"{top / bottom * 100:.1f}%"
    price, cash = (in_wan(part) for part in back["代入"].split(" ÷ "))
    assert back["数值"] == f"{price / cash:.1f} 年"
    kept, *lost = (in_wan(part) for part in sheet["年收益"]["代入"].split(" − "))
    assert in_wan(sheet["年收益"]["数值"]) == pytest.approx(kept - sum(lost), abs=0.2)


def test_inpatient_income_is_not_extra_under_payment_by_group(demo: Path) -> None:
    whole = by_item(Tab(EQUIPMENT, machine="CT-06"))["年收入"]
    part = by_item(Tab(EQUIPMENT, machine="CT-06", drg="1"))["年收入"]
    share = re.search(r"住院占比 ([\d.]+)%", part["代入"])
    assert share
    extra = in_wan(whole["数值"]) * (1 - float(share[1]) / 100)
    assert in_wan(part["数值"]) == pytest.approx(extra, abs=0.2)


def test_what_if_stands_beside_the_actual_figures_with_the_difference(demo: Path) -> None:
    tab = open_part(Tab(EQUIPMENT, machine="ROB-01"), "equipment.what_if.title")
    before = by_item(tab)
    assert all(row["实际"] == row["假设后"] for row in before.values())
    after = by_item(slide(tab, "equipment_volume_ROB-01", 100))
    assert {i: row["实际"] for i, row in after.items()} == {
        i: row["实际"] for i, row in before.items()
    }
    income = after["年收入"]
    assert in_wan(income["假设后"]) == pytest.approx(2 * in_wan(income["实际"]), abs=0.2)
    assert in_wan(income["差异"]) == pytest.approx(in_wan(income["实际"]), abs=0.2)
    assert after["年固定成本"]["差异"] == "0.0 万元"
    years = after["回本期"]
    assert in_wan(years["假设后"]) < in_wan(years["实际"]) / 2


def test_a_volume_beyond_capacity_is_said_to_be_impossible(demo: Path) -> None:
    tab = open_part(Tab(EQUIPMENT, machine="US-01"), "equipment.what_if.title")
    assert "做不下" in slide(tab, "equipment_volume_US-01", 50).said()


def test_a_higher_discount_rate_lowers_the_present_value(demo: Path) -> None:
    tab = open_part(Tab(EQUIPMENT, machine="CT-06"), "equipment.what_if.title")
    rows = by_item(slide(tab, "equipment_rate_CT-06", 10.0))
    assert rows["净现值（NPV）"]["差异"].startswith("−")
    assert rows["内部收益率（IRR）"]["差异"] == "0.0 个百分点"


def test_the_xlsx_holds_numbers_and_leaves_missing_ones_empty(demo: Path) -> None:
    hospital = int(hospitals(session.store())["id"].iloc[0])
    months = month_range(202511, 202610)
    scope = Scope(hospital, months[0], months[-1])
    rows = benefit(register(session.store(), scope), machine_use(session.store(), scope), months)
    sheet = figures(ranked(rows, Bands()), {}).to_dict("records")
    assert str(sheet[0]["设备"]).startswith("CT-06")
    assert sheet[0]["闲置折旧（万元/年）"] == pytest.approx(59.0, abs=0.1)
    robot = next(row for row in sheet if str(row["设备"]).startswith("ROB-01"))
    assert robot["检查人次"] == 340
    assert math.isnan(robot["阳性率"])


def _bring(contract: str, columns: str, *rows: tuple[object, ...]) -> None:
    content = pd.DataFrame(rows, columns=pd.Index(columns.split()))
    hospital = int(hospitals(session.store())["id"].iloc[0])
    load(session.store(), ACTOR, Delivery(hospital, contract, content, contract, contract), RULES)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_machines_of_a_clinic_that_states_little_say_why_figures_are_missing(
    clinic: Path, language: str
) -> None:
    _bring(
        "machine",
        "machine_code machine_name kind dept_code price in_service life_years capacity_per_day",
        ("M1", "**彩超**", "ultrasound", "C1", 0, 201501, 5.0, None),
        ("M2", "心电图机", "ecg", "C2", 50_000_00, 202512, 5.0, 20.0),
        ("M3", "未用的仪器", "lab", "T1", 80_000_00, 202512, 5.0, 20.0),
    )
    _bring(
        "machine_use",
        "month machine_code hours examinations income consumables days_due",
        (202601, "M1", 0, 100, None, None, None),
        (202601, "M2", 0, 0, 0, 0, 20),
    )
    tab = Tab(EQUIPMENT, lang=language)
    assert tab.errors() == []
    states = tab.table()[texts(language)["column.state"]].tolist()
    assert sorted(states) == sorted(
        [f"■ {texts(language)['equipment.state.idle']}"]
        + [f"○ {texts(language)['equipment.state.unknown']}"] * 2
    )
    for code in ("M1", "M2", "M3"):
        opened = Tab(EQUIPMENT, lang=language, machine=code)
        for part in ("equipment.tab.sheet", "equipment.tab.months", "equipment.what_if.title"):
            said = open_part(opened, part).texts()
            assert [text for text in said if HOLE.search(text)] == []
    assert "\\*\\*彩超" in Tab(EQUIPMENT, machine="M1").headline()
