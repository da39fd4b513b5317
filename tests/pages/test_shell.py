"""What stands around every page: language, hospital, who acts, the demo and the way out of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.access.records import staff
from core.demo.loading import start_hospital
from core.hospital.records import hospitals
from core.store.opening import open_store
from pages.shared import scope, session
from tests.pages.app import CATALOGUE, DEPARTMENT, HOME, PAGES, Tab
from tests.stores import ACTOR, CATALOG, url_of

DEMO = "演示数据"


@pytest.mark.parametrize("page", PAGES)
def test_the_demo_says_so_on_every_page(demo: Path, page: str) -> None:
    tab = Tab(page)
    for place in (tab.at.main, tab.at.sidebar):
        said = [text.value for text in (*place.markdown, *place.caption)]
        assert [text for text in said if DEMO in text]


@pytest.mark.parametrize("page", PAGES)
def test_a_hospital_of_ones_own_is_no_demo(clinic: Path, page: str) -> None:
    assert DEMO not in Tab(page).said()


def test_chinese_is_spoken_whatever_the_browser_says(demo: Path) -> None:
    tab = Tab()
    tab.at.context = {"locale": "en-US"}
    assert tab.run().title() == "运营总览"
    assert "lang" not in tab.query()


def test_the_switch_and_the_address_speak_english(demo: Path) -> None:
    tab = Tab().choose("language", "en")
    assert tab.title() == "Overview"
    assert tab.query()["lang"] == "en"
    assert Tab(lang="en").choose("language", "zh").title() == "运营总览"
    assert Tab(lang="fr").title() == "运营总览"


def test_the_address_keeps_the_view_by_codes(demo: Path) -> None:
    asked = {"period": "2026-02", "span": "quarter", "dept": "0101", "compare": "lunar"}
    tab = Tab(DEPARTMENT, **asked)
    assert tab.query().items() >= asked.items()
    assert tab.headline().startswith("心血管内科 2026年1月–2026年2月")
    assert tab.go(CATALOGUE).query().items() >= asked.items()


@pytest.mark.parametrize(
    "nonsense",
    [{"period": "2026-13"}, {"period": "1999-01"}, {"dept": "<b>"}, {"span": "x", "compare": "y"}],
)
def test_an_address_that_makes_no_sense_falls_back(demo: Path, nonsense: dict[str, str]) -> None:
    tab = Tab(HOME, **nonsense)
    assert tab.query() == {"period": "2026-10", "span": "month", "compare": "last_year"}


def test_a_person_can_be_added_and_acts(empty: Path) -> None:
    tab = Tab().write("姓名", "王芳").write("岗位", "护士长").press("添加")
    assert tab.errors() == []
    assert staff(session.store(), 1)["name"].tolist() == ["王芳"]
    assert tab.at.session_state["acting"] == "王芳"


@pytest.mark.parametrize("name", ["  ", "王芳", " 王芳 "])
def test_a_name_that_cannot_be_is_refused_in_words(empty: Path, name: str) -> None:
    tab = Tab().write("姓名", "王芳").press("添加").write("姓名", name).press("添加")
    assert name.strip() in tab.errors()[0]
    assert len(staff(session.store(), 1)) == 1


def test_an_error_never_reads_a_name_as_markdown(empty: Path) -> None:
    picture = "![x](http://a.example/b.png)"
    tab = Tab()
    for _ in range(2):
        tab.write("姓名", picture).press("添加")
    assert picture in tab.errors()[0]
    assert "![" not in tab.at.error[0].value  # escaped: a browser fetches nothing


def test_of_two_hospitals_the_newest_is_shown_and_the_other_can_be_chosen(clinic: Path) -> None:
    store = open_store(url_of(clinic))
    start_hospital(store, ACTOR, "分院", CATALOG)
    store.close()
    tab = Tab()
    assert tab.metrics() == {}
    assert tab.choose("hospital_id", 1).metrics()["门急诊人次"] == "420 人次"
    assert tab.query()["period"] == "2026-01"


def _leave() -> None:
    """A script that does what the last button of 换成本院数据 does."""
    import streamlit as st

    from core.errors import JingguanError
    from pages.shared import reads, sidebar

    reads.begin()
    st.session_state["hospital_id"] = 1
    st.session_state["acting"] = "院办 周明"
    try:
        sidebar.start_own(st.session_state["named"])
    except JingguanError as error:
        st.error(error.code)


def _leaving(name: str) -> AppTest:
    at = AppTest.from_function(_leave, default_timeout=30)
    at.session_state["named"] = name
    assert not at.run().exception
    return at


def test_leaving_the_demo_archives_it_and_starts_an_empty_hospital(demo: Path) -> None:
    before = demo.stat().st_size
    assert not _leaving("县人民医院").error
    kept = list((demo.parent / "archive").glob("*.db"))
    assert len(kept) == 1
    assert kept[0].stat().st_size > before / 2
    archived = open_store(url_of(kept[0]))
    assert hospitals(archived)["demo"].tolist() == [True]
    archived.close()
    known = hospitals(session.store())
    assert known[["name_zh", "demo"]].to_numpy().tolist() == [["县人民医院", False]]
    tab = Tab()
    assert tab.metrics() == {}
    assert tab.at.session_state["acting"] == "院办 周明"
    assert DEMO not in tab.said()


def test_an_own_hospital_needs_a_name_and_the_demo_stays(demo: Path) -> None:
    assert _leaving("  ").error[0].value == "E_HOSPITAL_NAME"
    assert hospitals(session.store())["demo"].tolist() == [True]
    assert not (demo.parent / "archive").exists()


@pytest.mark.parametrize("page", PAGES)
def test_what_was_chosen_stays_chosen_in_the_other_language(demo: Path, page: str) -> None:
    asked = {"period": "2026-02", "span": "ytd", "dept": "0101", "compare": "lunar"}
    tab = Tab(page, **asked).choose("language", "en").choose("language", "zh")
    assert tab.query().items() >= asked.items()
    assert [text.value for text in tab.at.warning] == []


def test_a_browser_that_lags_behind_takes_no_choice_back(demo: Path) -> None:
    tab = Tab(period="2026-10").choose("scope_month", 202609).choose("scope_month", 202608)
    for late in ("2026-10", "2026-09"):
        tab.at.query_params["period"] = late  # sent before the browser had heard of 2026-08
        tab.choose("scope_span", "quarter")
        assert tab.query()["period"] == "2026-08"


def test_an_address_that_is_opened_later_is_followed(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = Tab(period="2026-10").choose("scope_month", 202609)
    tab.at.query_params["period"] = "2026-07"
    assert tab.run().headline().startswith("2026年7月")
    monkeypatch.setattr(scope, "SETTLING", 0.0)  # as if some seconds had gone by
    tab.at.query_params["period"] = "2026-10"
    assert tab.run().headline().startswith("2026年10月")
