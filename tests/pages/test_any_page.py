"""What holds on every page, in every hospital, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from core.access.records import staff
from core.control.actions.reads.records import actions, steps
from core.control.actions.rules import rules
from core.control.inspections.desk.records import rounds
from core.frames import Scope
from core.hospital.records import departments, hospitals, targets
from core.planning.goals.records import plans, tree
from core.planning.reviews import records as review_records
from core.words import t, texts
from pages.shared import (
    beds_reads,
    inspection_reads,
    plan_reads,
    queues_reads,
    session,
    staffing_reads,
)
from pages.shared.action_words import short_title
from pages.shared.phrases import plain
from tests.pages.app import (
    ACTIONS,
    ALLOCATION,
    BEDS,
    BREAKEVEN,
    BUDGET,
    CATALOGUE,
    COMPARISON,
    CONTROL,
    DEPARTMENT,
    DISEASE,
    EQUIPMENT,
    EXPLORE,
    FORECAST,
    GOALS,
    HOME,
    HOSPITALS,
    IMPORTS,
    INSPECTIONS,
    MANAGED,
    PAGES,
    PROFIT,
    PROGRESS,
    QUALITY,
    QUEUES,
    QUICK,
    REPORT,
    REVIEWS,
    SANDBOX,
    SCORECARD,
    SIGNALS,
    STAFFING,
    Tab,
)

HOLE = re.compile(r"(?<![\w.])(nan|none|inf|nat|null|<na>)(?!\w)|\{\w*\}", re.IGNORECASE)
MARKS = re.compile(r":material/\w+:|:\w+(-badge)?\[|^(primary|secondary|tertiary)$|\S+\.csv$")
WORD = re.compile(r"[A-Za-z]*[a-z][A-Za-z]*")
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]+")
SWITCH = {"语言 Language", "English", "中文"}
KNOWN = {"English", "xlsx", "xls", "csv", "timeFormat", "datum", "value", "month", "DDDs", "Excel"}
KNOWN |= {"Making", "Data", "Count", "Montgomery", "Laney", "CFR", "CMS", "docx", "pdf"}
KNOWN |= {"Kendall", "Krippendorff", "Hwang", "Yoon"}
"""In Chinese too: file kinds, what makes them, the months of an axis, a unit of the WHO; books."""
FIRST = {"demo": "0101", "clinic": "C1", "gap": "D1"}


def _stations(store: str, tab: Tab) -> Iterator[tuple[str, Tab]]:
    """Every page, and what a click or two uncovers of it."""
    yield "home", tab
    if store != "empty":
        for place in ("heat", "all"):
            tab.at.session_state["home"] = t(f"home.tab.{place}")
            yield f"home {place}", tab.run()
    yield "department", tab.go(DEPARTMENT)
    if store != "empty":
        yield "one department", tab.choose("scope_department", FIRST[store])
        yield "its home", tab.go(HOME)
    yield "explore", tab.go(EXPLORE)
    if store != "empty":
        for picture in ("parts", "funnel", "trend", "heat", "pivot"):
            yield f"explore {picture}", tab.choose("explore_show", picture)
    yield "control", tab.go(CONTROL)
    yield "signals", tab.go(SIGNALS)
    yield "report", tab.go(REPORT)
    yield "equipment", tab.go(EQUIPMENT)
    yield "forecast", tab.go(FORECAST)
    if store == "demo":
        for part in ("hours", "accuracy", "drivers", "tracked", "events"):
            tab.at.session_state["forecast_tab"] = t(f"forecast.tab.{part}")
            yield f"forecast {part}", tab.run()
    yield "allocation", tab.go(ALLOCATION)
    if store == "demo":
        for part in ("trace", "methods", "inputs"):
            tab.at.session_state["allocation"] = t(f"allocation.tab.{part}")
            yield f"allocation {part}", tab.run()
    yield "budget", tab.go(BUDGET)
    if store == "demo":
        for part in ("offices", "departments", "flexible", "entry"):
            tab.at.session_state["budget"] = t(f"budget.tab.{part}")
            yield f"budget {part}", tab.run()
    yield "sandbox", tab.go(SANDBOX)
    if store == "demo":
        tab.at.session_state["sandbox_changes"] = [
            {"id": place, "content": {"kind": kind}} for place, kind in enumerate(TRIED)
        ]
        for part in ("departments", "tornado", "seek", "saved"):
            tab.at.session_state["sandbox_tab"] = t(f"sandbox.tab.{part}")
            yield f"sandbox {part}", tab.run()
    yield "profit", tab.go(PROFIT)
    yield from _of_groups(store, tab)
    yield from _of_beds(store, tab)
    yield from _of_flow(store, tab)
    yield from _of_planning(store, tab)
    yield "imports", tab.go(IMPORTS)
    yield "catalogue", tab.go(CATALOGUE)
    yield "quality", tab.go(QUALITY)
    if store != "empty":
        for part in ("agree", "fresh"):
            tab.at.session_state["quality"] = t(f"quality.tab.{part}")
            yield f"quality {part}", tab.run()
    yield "quick", tab.go(QUICK)
    yield "hospitals", tab.go(HOSPITALS)


TRIED = ("volume", "move", "quantity", "driver", "method", "outsource", "close", "merge")
"""Changes whose words differ most."""


def _of_groups(store: str, tab: Tab) -> Iterator[tuple[str, Tab]]:
    """Disease groups, one of them, and break-even."""
    yield "disease", tab.go(DISEASE)
    if store == "demo":
        for part in ("pool", "items"):
            tab.at.session_state["disease_tab"] = t(f"disease.tab.{part}")
            yield f"disease {part}", tab.run()
        group = tab.at.selectbox(key="disease_group").options[1].split()[0]
        yield "one group", tab.choose("disease_group", group)
        for part in ("departments", "cases"):
            tab.at.session_state["disease_one"] = t(f"disease.tab.{part}")
            yield f"one group {part}", tab.run()
    yield "break-even", tab.go(BREAKEVEN)
    if store == "demo":
        for kind in ("group", "machine"):
            yield f"break-even {kind}", tab.choose("breakeven_kind", kind)


def _of_beds(store: str, tab: Tab) -> Iterator[tuple[str, Tab]]:
    """Beds: the board, the census, every what-if; what is saved."""
    yield "beds", tab.go(BEDS)
    if store != "demo":
        return
    for part in ("census", "saved", "trial"):
        tab.at.session_state["beds_tab"] = t(f"beds.tab.{part}")
        yield f"beds {part}", tab.run()
    for trial in ("pool", "use", "noon", "day", "even"):
        yield f"beds {trial}", tab.choose("flow_beds_trial", trial)


def _of_actions(store: str, tab: Tab) -> Iterator[tuple[str, Tab]]:
    """Improvement actions: every list, and one in full."""
    yield "actions", tab.go(ACTIONS)
    yield from _of_inspections(store, tab)
    if store == "demo":
        for part in ("board", "late", "effect"):
            tab.at.session_state["actions_tab"] = t(f"actions.tab.{part}")
            yield f"actions {part}", tab.run()
        tab.at.query_params["action"] = "1"
        yield "one action", tab.run()
        tab.at.query_params["action"] = ""
        tab.run()


def _of_inspections(store: str, tab: Tab) -> Iterator[tuple[str, Tab]]:
    """Inspections and scorecards; the tabs of the demo are read in their own tests."""
    yield "inspections", tab.go(INSPECTIONS)
    if store != "empty":
        tab.at.session_state["inspections_tab"] = t("inspections.tab.plan")
        yield "inspections plan", tab.run()
    yield "scorecard", tab.go(SCORECARD)
    if store != "empty":
        tab.at.session_state["scorecard_tab"] = t("scorecard.tab.assessment")
        yield "scorecard assessment", tab.run()


def _of_flow(store: str, tab: Tab) -> Iterator[tuple[str, Tab]]:
    """Rosters and queues."""
    yield from _of_actions(store, tab)
    yield "staffing", tab.go(STAFFING)
    if store == "demo":
        for part in ("day", "shifts", "departments", "care", "saved"):
            tab.at.session_state["staffing_tab"] = t(f"staffing.tab.{part}")
            yield f"staffing {part}", tab.run()
    yield "queues", tab.go(QUEUES)
    if store == "demo":
        for part in ("booked", "week", "saved"):
            tab.at.session_state["queues_tab"] = t(f"queues.tab.{part}")
            yield f"queues {part}", tab.run()


def _of_planning(store: str, tab: Tab) -> Iterator[tuple[str, Tab]]:
    """Plans: goals, how far they are, what reviewers say, several side by side."""
    for page, key, parts in (
        (GOALS, "goals", ("map", "card", "checks", "templates", "plan")),
        (PROGRESS, "progress", ("months", "one")),
        (REVIEWS, "reviews", ("agreement", "new")),
    ):
        yield key, tab.go(page)
        if store == "demo":
            for part in parts:
                tab.at.session_state[key] = t(f"{key}.tab.{part}")
                yield f"{key} {part}", tab.run()
    yield "comparison", tab.go(COMPARISON)


def _planned(hospital_id: int) -> set[str]:
    """What people typed into plans and their rounds."""
    store, said = session.store(), set()
    for plan in plans(store, hospital_id):
        said.add(plan.name)
        for one in tree(store, (hospital_id, plan.id)).goals.values():
            goal = one.goal
            said |= {goal.title, goal.no_budget, goal.measures, goal.source, goal.collector}
            said |= {step.text for step in goal.milestones}
    for one in review_records.rounds(store, hospital_id):
        said |= {one.name, *(member.conflict for member in one.members)}
        said |= set(review_records.notes(store, hospital_id, one.id)["text"])
    return said


def _words_of_the_data() -> list[str]:
    """Names and sources that are data: shown as they were typed, in any language."""
    store = session.store()
    found = {"《", "》"}
    for hospital in hospitals(store).to_dict("records"):
        scope = Scope(hospital["id"], 190001, 999912)
        own, judged = departments(store, scope), targets(store, scope)
        found |= {hospital["name_zh"], *own["name_zh"], *staff(store, hospital["id"])["name"]}
        found |= {*judged["source"], *judged["note"], "测试员"}
        found |= _planned(hospital["id"])
        found |= set(_typed_in_actions(scope))
        found |= set(_typed_in_inspections(scope))
    beds = beds_reads.rules()
    found |= {one.source for one in (*beds.bands, *beds.targets)}
    found |= {one.source for one in plan_reads.templates().values()} | {plan_reads.rubric().source}
    found |= {indicator.source for indicator in session.catalog().indicators.values()}
    standards = staffing_reads.standards()
    sourced = (*standards.workloads, *standards.cares, *standards.shifts, *queues_reads.cases())
    found |= {one.source for one in (*sourced, *staffing_reads.presets().values())}
    return sorted(found - {""})


def any_of(names: list[str]) -> re.Pattern[str]:
    """Any of these texts as a page may show it, the longest first."""
    shown = {one for name in names for one in (name, plain(name))}
    return re.compile("|".join(map(re.escape, sorted(shown, key=len, reverse=True))))


def _typed_in_actions(scope: Scope) -> Iterator[str]:
    """What people wrote of improvement actions."""
    yield rules().source
    for row in actions(session.store(), scope).to_dict("records"):
        yield from (row["title"], short_title(row["title"]), row["problem"], row["expected"])
        yield from steps(session.store(), scope, row["id"])["text"] if row["id"] == 1 else ()


def _typed_in_inspections(scope: Scope) -> Iterator[str]:
    """Names of rounds, seeds, and what checklists ask for."""
    ever = Scope(scope.hospital_id, 0, 999912)
    for row in rounds(session.store(), ever).to_dict("records"):
        yield from (row["title"], row["seed"], row["who"])
    yield from inspection_reads.shipped().sheets
    for sheet in inspection_reads.shipped().sheets.values():
        yield from (sheet.source, *(item.text for item in sheet.items))


def _foreign(text: str, language: str, data: re.Pattern[str]) -> list[str]:
    """Words of ours that are in the other language."""
    if text in SWITCH:
        return []
    text = MARKS.sub(" ", data.sub(" ", text))
    if language == "en":
        return CHINESE.findall(text)
    return [word for word in WORD.findall(text) if word not in KNOWN and len(word) > 1]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("store", ["demo", "empty", "clinic", "gap"])
def test_every_page_speaks_one_language_and_has_no_hole(
    store: str, language: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(store)
    data: re.Pattern[str] | None = None
    for station, tab in _stations(store, Tab(lang=language)):
        data = data or any_of(_words_of_the_data())
        said = tab.texts()
        assert [text for text in said if HOLE.search(text)] == [], station
        strange = {text: _foreign(text, language, data) for text in said}
        assert {text: words for text, words in strange.items() if words} == {}, station


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", [*PAGES, *MANAGED])
def test_every_page_opens_in_every_hospital(any_store: Path, page: str, language: str) -> None:
    tab = Tab(page, lang=language)
    title = {HOME: "home", DEPARTMENT: "department", IMPORTS: "imports", CATALOGUE: "catalogue"}
    title |= {QUALITY: "quality", QUICK: "quick", HOSPITALS: "hospitals"}
    assert tab.title() == texts(language)[f"{title[page]}.title"]
    assert tab.errors() == []


@pytest.mark.parametrize("order", list(permutations(PAGES))[::4])
def test_pages_open_in_any_order(clinic: Path, order: tuple[str, ...]) -> None:
    tab = Tab(order[0])
    titles = [tab.title(), *(tab.go(page).title() for page in order[1:])]
    assert sorted(titles) == sorted(["运营总览", "科室", "数据导入", "指标字典"])
