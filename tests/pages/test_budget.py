"""预算执行: the overspent line first, the report's figures, a grid that goes through the import."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st

from core.catalog.cube import cube_of
from core.catalog.needs import needed
from core.costing.budget import records
from core.costing.budget.execution import execution, span_of, summed
from core.costing.budget.lines import LINES
from core.frames import Scope
from core.hospital.calendar import period
from core.hospital.records import departments, hospitals, months_reported
from core.hospital.records import facts as stored
from core.reports.monthly.figures import Facts, budget
from core.words import t, texts
from pages.shared import session
from pages.shared.budget_reads import definitions
from tests.pages.app import BUDGET, Tab
from tests.pages.test_any_page import HOLE

STORY = {"period": "2026-09", "span": "quarter"}


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["budget"] = t(f"budget.tab.{name}")
    return tab.run()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_in_every_hospital(any_store: Path, language: str) -> None:
    tab = Tab(BUDGET, lang=language)
    assert tab.title() == texts(language)["budget.title"]
    assert tab.errors() == []


def test_spine_surgery_is_the_largest_overspend_of_the_third_quarter(demo: Path) -> None:
    tab = Tab(BUDGET, **STORY)
    assert "脊柱创伤骨科 卫生材料费 +109.9 万元（+16.7%）" in tab.headline()
    first = part(tab, "departments").table().iloc[0]
    assert first["科室"] == "脊柱创伤骨科"
    assert first["状态"] == "■ 超预警线"
    assert tab.query()["line"] == "material"


def test_the_budget_runs_to_december_so_the_pace_is_its_own(demo: Path) -> None:
    tab = Tab(BUDGET)
    pace = re.search(r"时间进度 (\d+\.\d)%", tab.headline())
    assert pace
    assert 82 < float(pace[1]) < 85
    assert "只编了" not in tab.said()
    assert tab.at.session_state["scope_month"] == 202610


def test_lines_carry_out_what_the_monthly_report_says(demo: Path) -> None:
    store, catalog = session.store(), session.catalog()
    hospital = int(hospitals(store)["id"].iloc[0])
    scope = Scope(hospital, *(months_reported(store, hospital) or (0, 0)))
    facts = records.budget_facts(store, scope, catalog, definitions())
    rows = execution(facts, span_of(facts, period("ytd", 202609), 202609))
    own = summed(rows, ["line"]).set_index("line")
    held = stored(store, scope, needed(catalog, (*LINES, *LINES.values())))
    cube = cube_of(held, catalog, departments(store, scope))
    figures = Facts(catalog, cube, pd.DataFrame(), 202609)
    report = budget(figures, LINES, "hospital")
    for one in report.to_dict("records"):
        line = own.loc[one["line"].removeprefix("budget_")]
        assert (line["plan"], line["done"]) == (one["ytd_plan"], one["ytd_done"])


def test_the_span_changes_the_deviation_and_not_the_year(demo: Path) -> None:
    month, year = Tab(BUDGET), Tab(BUDGET, span="ytd")
    label, rate = t("budget.card.over"), t("budget.card.cost")
    assert month.metrics()[label] != year.metrics()[label]
    assert month.metrics()[rate] == year.metrics()[rate]


def test_a_department_shows_its_own_budget(demo: Path) -> None:
    tab = part(Tab(BUDGET, dept="0205", **STORY), "departments")
    assert tab.table()["科室"].tolist() == ["脊柱创伤骨科"]


def test_offices_answer_for_lines_and_add_up(demo: Path) -> None:
    rows = part(Tab(BUDGET, **STORY), "offices").table()
    by_office = rows.set_index("归口部门")
    assert by_office.loc["药学部", "预算项目"] == "药品费"
    done = [float(text.replace(",", "")) for text in rows["执行数（万元）"]]
    lines = part(Tab(BUDGET, **STORY), "lines").table().set_index("预算项目")["执行数（万元）"]
    whole = sum(float(lines[name].replace(",", "")) for name in ("成本合计", "收入合计"))
    assert sum(done) == pytest.approx(whole, abs=0.5)


def test_the_flexible_budget_tells_volume_from_spending(demo: Path) -> None:
    tab = part(Tab(BUDGET, dept="0205", **STORY), "flexible")
    cards = tab.metrics()
    assert cards["工作量差异"] == "+23.5 万元"
    assert cards["耗用与价格差异"] == "+44.5 万元"
    assert cards["总偏差"] == "+68.1 万元"
    told = part(Tab(BUDGET, dept="0701", **STORY), "flexible").table()
    assert told["按什么"].iloc[0].startswith("静态")


def test_the_ledger_of_a_row_adds_up_to_what_was_carried_out(demo: Path) -> None:
    tab = part(Tab(BUDGET, **STORY), "departments")
    tab.at.session_state["budget_ledger"] = True
    tab.run()
    rows = tab.table(1)
    total = sum(float(text.replace(",", "")) for text in rows[t("costing.column.amount")])
    assert total == pytest.approx(7_673_487.92)


def test_a_row_goes_to_the_weekly_meeting(demo: Path) -> None:
    tab = part(Tab(BUDGET, **STORY), "departments")
    tab.press(t("signals.act.agenda"))
    fields = [field.value for field in tab.at.text_input]
    assert "脊柱创伤骨科 · 卫生材料费" in fields


def test_a_hospital_without_a_budget_is_told_what_to_bring(clinic: Path) -> None:
    tab = Tab(BUDGET)
    assert t("budget.begin.why") in tab.said()
    assert t("budget.import") in tab.links()


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[tuple[int, str], str]], None]:
    """Type into cells of the grid, by row and column, as a person would."""

    def type_in(cells: dict[tuple[int, str], str]) -> None:
        def edited(start: pd.DataFrame, **_: Any) -> pd.DataFrame:
            found = start.copy()
            for (row, column), text in cells.items():
                if column in found:
                    found.loc[row, column] = text
            return found

        monkeypatch.setattr(st, "data_editor", edited)

    return type_in


def test_a_cell_that_is_no_amount_is_told_by_row_column_and_value(
    demo: Path, typing: Callable[..., None]
) -> None:
    typing({(0, "2026-11"): "一百万", (1, "2026-12"): "5000"})
    tab = part(Tab(BUDGET), "entry").press(t("budget.entry.check"))
    fault = tab.table().iloc[0]
    assert fault["科室"].startswith("0101")
    assert fault["月份"] == "2026年11月"
    assert fault["填的值"] == "一百万"
    assert "budget_store" not in [button.key for button in tab.at.button]


def test_an_emptied_cell_is_not_taken_for_nothing(demo: Path, typing: Callable[..., None]) -> None:
    typing({(2, "2026-01"): ""})
    tab = part(Tab(BUDGET), "entry").press(t("budget.entry.check"))
    assert t("budget.entry.emptied.way") in tab.said()


def test_a_typed_budget_is_stored_like_a_file_and_moves_the_page(
    demo: Path, typing: Callable[..., None]
) -> None:
    before = Tab(BUDGET).metrics()[t("budget.card.over")]
    typing({(0, "2026-10"): "9000000"})
    tab = part(Tab(BUDGET), "entry").press(t("budget.entry.check"))
    tab.press(t("budget.entry.store", rows=1))
    assert tab.metrics()[t("budget.card.over")] != before
    trail = session.store()
    with trail.read() as connection:
        done = connection.exec_driver_sql(
            "SELECT contract, rows, file_name FROM import_batch ORDER BY id DESC LIMIT 1"
        ).one()
    assert tuple(done) == ("budget", 1, "预算录入")


def test_a_budget_of_months_to_come_leaves_the_last_month_where_it_is(
    demo: Path, typing: Callable[..., None]
) -> None:
    typing({(0, "2027-03"): "100"})
    tab = part(Tab(BUDGET), "entry").choose("budget_year", 2027)
    tab.press(t("budget.entry.check")).press(t("budget.entry.store", rows=1))
    assert tab.at.session_state["scope_month"] == 202610


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_first_budget_without_costs_says_that_nothing_can_be_held_against_it(
    gap: Path, typing: Callable[..., None], language: str
) -> None:
    typing({(0, "2026-01"): "100"})
    tab = Tab(BUDGET, lang=language).press(texts(language)["budget.entry.check"])
    tab.press(texts(language)["budget.entry.store"].format(rows=1))
    for name in ("lines", "offices", "departments", "flexible", "entry"):
        assert part(tab, name).errors() == []
        assert [text for text in tab.texts() if HOLE.search(text)] == []
    assert texts(language)["budget.nothing"] in part(tab, "lines").said()
