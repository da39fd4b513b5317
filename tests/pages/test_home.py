"""运营总览: the numbers are those of the scope bar, and each matter has a way in."""

from __future__ import annotations

from pathlib import Path

from core.access.records import dismiss_welcome
from core.formats import number
from core.frames import Scope
from core.hospital.records import facts
from core.words import t
from pages.shared import session
from tests.pages.app import HOME, IMPORTS, Tab
from tests.stores import ACTOR, CATALOG

VISITS, OCCUPANCY = "门急诊人次", "床位使用率"


def _visits(month: int, department: str = "") -> str:
    """Outpatient and emergency visits of the first hospital, added up here."""
    rows = facts(session.store(), Scope(1, month, month))
    rows = rows[rows["measure"].isin(["outpatient_visits", "emergency_visits"])]
    rows = rows[rows["department"] == department] if department else rows
    return f"{number(rows['value'].sum())} 人次"


def test_the_demo_shows_twelve_cards_of_its_last_month(demo: Path) -> None:
    tab = Tab()
    assert len(tab.metrics()) == 12
    assert tab.metrics()[VISITS] == _visits(202610)
    assert tab.headline().startswith("2026年10月：")


def test_the_month_moves_the_number(demo: Path) -> None:
    tab = Tab().choose("scope_month", 202602)
    assert tab.metrics()[VISITS] == _visits(202602) != _visits(202610)
    assert tab.headline().startswith("2026年2月：")
    assert tab.query()["period"] == "2026-02"


def test_the_department_moves_the_number(demo: Path) -> None:
    tab = Tab().choose("scope_department", "0101")
    assert tab.metrics()[VISITS] == _visits(202610, "0101") != _visits(202610)


def test_the_span_adds_months_up(demo: Path) -> None:
    month = Tab().metrics()[VISITS]
    quarter = Tab(span="quarter")
    assert quarter.metrics()[VISITS] == month  # October begins the quarter
    assert Tab(span="ytd").metrics()[VISITS] != month
    assert quarter.choose("scope_month", 202609).headline().startswith("2026年7月–2026年9月：")


def test_the_comparison_moves_the_change_and_not_the_number(demo: Path) -> None:
    tab = Tab()
    number_before = tab.metrics()[VISITS]
    changes = {
        how: tab.choose("scope_compare", how).at.metric[0].delta for how in ("last_year", "target")
    }
    changes["last_period"] = tab.choose("scope_compare", "last_period").at.metric[0].delta
    assert changes["target"] == ""
    assert len(set(changes.values())) == 3
    assert tab.metrics()[VISITS] == number_before


def test_what_needs_attention_has_a_way_in(demo: Path) -> None:
    links = [link for link in Tab().links() if link.split()[0] in ("■", "▲", "○")]
    assert len(links) == 4
    assert links[0].startswith("■ 要紧")


def test_the_heat_map_and_the_list_open_on_their_tabs(demo: Path) -> None:
    tab = Tab()
    tab.at.session_state["home"] = t("home.tab.heat")
    assert len(tab.run().at.get("vega_lite_chart")) == 1
    tab.at.session_state["home"] = t("home.tab.all")
    codes = tab.run().table()["编码"].tolist()
    assert sorted(codes) == sorted(i.code for i in CATALOG.indicators.values() if i.in_use)


def test_the_trend_follows_the_indicator_that_is_asked_for(demo: Path) -> None:
    tab = Tab().choose("home_trend", "OP001")
    assert [text for text in tab.texts() if text.startswith(f"{OCCUPANCY}：2026年10月")]


def test_the_welcome_stays_away_once_it_is_put_away(demo: Path) -> None:
    assert "**1. 先看演示**" in Tab().said()
    dismiss_welcome(session.store(), ACTOR, 1)
    assert "**1. 先看演示**" not in Tab().said()


def test_a_clinic_without_beds_reads_what_it_has(clinic: Path) -> None:
    tab = Tab()
    found = tab.metrics()
    assert found[VISITS] == "420 人次"
    assert found[OCCUPANCY] == "—"
    tab.at.session_state["home"] = t("home.tab.all")
    every = tab.run().table().set_index("编码")["本期"]
    assert every["FN001"] == "60.0%"
    assert every["FN004"] == "23.81 元"
    assert Tab(dept="C1").metrics()[VISITS] == "300 人次"


def test_a_name_is_never_read_as_markdown_or_html(clinic: Path) -> None:
    tab = Tab(dept="C1")
    for text in tab.texts():
        if "y**" in text.replace("\\", ""):
            assert text == "C1 <b>x</b> **y** :red[z]" or r"\*\*y\*\*" in text


def test_a_month_that_nobody_reported_is_a_gap_and_not_zero(gap: Path) -> None:
    tab = Tab()
    assert tab.metrics()[VISITS] == "210 人次"
    assert any(link.endswith("外科 · 未报送：科室月度工作量表") for link in tab.links())
    assert tab.choose("scope_month", 202511).metrics()[VISITS] == "—"
    assert tab.choose("scope_month", 202512).metrics()[VISITS] == "420 人次"


def test_an_empty_hospital_is_shown_the_way_to_its_first_file(empty: Path) -> None:
    tab = Tab()
    assert tab.metrics() == {}
    assert tab.links() == ["去导入数据", "手头没有文件？用科室清单快速建院"]
    assert tab.go(IMPORTS).go(HOME).title() == "运营总览"
