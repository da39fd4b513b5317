"""What the page of progress shows: who is behind, months planned and actual, the year's end."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.planning import Tracked, months_chart, states_chart
from core.charts.theme import palette
from core.control.actions.model import LONGEST_TITLE, Draft
from core.formats import listed, month_date, month_name, number, unit_name
from core.months import add_months, month_range
from core.planning.goals.model import Goal, Plan, goal_bounds
from core.planning.goals.progress import Projection, Standing, lines_of, planned_path, rolling
from core.planning.goals.ranking import behind, overall
from core.planning.goals.wrapping import cut
from core.reports.plans.phrases import (
    SHAPES,
    decimals_of,
    share_words,
    state_words,
    target_words,
    value_words,
)
from core.words import language, t
from pages.shared import plan_reads, raise_action, reads
from pages.shared.hospital_reads import key
from pages.shared.kept import kept
from pages.shared.page import dark, table
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.plan_reads import Judged
from pages.shared.scope import View, adopt, number_in, publish
from pages.shared.session import catalog

SHOWN = 8
COLOURS = {"good": "blue", "watch": "orange", "bad": "red", "none": "gray"}
CHOSEN = "progress_goal"
NAME = 18
BACK = 24
"""Months of a goal's chart before the view's."""


def headline(shown: View, judged: Judged) -> str:
    """How many goals are behind, and the most pressing one."""
    standing = plan_reads.standing(shown, judged.plan)
    whole = overall(judged.tree, standing)
    told = sum(count for state, count in whole.counts.items() if state != "none")
    said = t("progress.headline", month=month_name(shown.month), told=told, **whole.counts)
    late = behind(judged.tree, standing)
    if not late:
        return said
    first = judged.tree.goals[late[0]].goal
    return said + t("progress.headline.first", goal=plain(first.title))


def cards(shown: View, judged: Judged) -> None:
    """Attainment of the whole plan, and goals by how they stand."""
    whole = overall(judged.tree, plan_reads.standing(shown, judged.plan))
    with st.grid(4, min_column_width=170, gap="small"):
        with st.container(border=True, height="stretch", gap="xsmall"):
            st.metric(t("progress.card.attained"), share_words(whole.attained))
            said = t("progress.card.expected", share=share_words(whole.expected))
            st.markdown(f":small[:gray[{said}]]")
        for state in ("bad", "watch", "good"):
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(t(f"progress.card.{state}"), number(whole.counts[state]))
                shape = f":{COLOURS[state]}[{SHAPES[state]} {t(f'plan.state.{state}')}]"
                st.markdown(f":small[{shape}\u2003:gray[{t(f'progress.card.{state}.said')}]]")


def behind_tab(shown: View, judged: Judged) -> None:
    """Goals that are behind, the most pressing first; the rest below as a table."""
    standing = plan_reads.standing(shown, judged.plan)
    late = behind(judged.tree, standing)
    if not late:
        st.success(t("progress.none"), icon=":material/check_circle:")
    for one in late[:SHOWN]:
        _row(shown, judged, standing[one])
    rest = late[SHOWN:]
    if rest:
        more = st.expander(
            t("progress.more", count=len(rest)), on_change="rerun", key="progress_more"
        )
        if more.open:
            with more:
                for one in rest:
                    _row(shown, judged, standing[one])
    table(lines(shown, judged), t("progress.table"))


def _row(shown: View, judged: Judged, one: Standing) -> None:
    goal = judged.tree.goals[one.number].goal
    names = reads.names(shown.scope)
    where = names.get(goal.department, t("scope.whole"))
    with st.container(border=True, gap="xxsmall"):
        mark = f":{COLOURS[one.state]}[{state_words(one)}]"
        st.markdown(f"**{one.number} {plain(goal.title)}**\u2003{mark}")
        told = [how_words(goal, one), year_end_words(goal, one.projection)]
        who = t("progress.who", owner=goal.owner or t("goals.nobody"), where=where)
        said = "  \n".join(plain(text) for text in (*filter(None, told), who))
        st.markdown(f":small[{said}]".replace("  \n", "]  \n:small["))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            raise_action.panel(shown, _draft(shown, judged, goal, one))
            st.button(
                t("progress.look"),
                key=f"progress_look_{one.number}",
                type="tertiary",
                icon=":material/show_chart:",
                on_click=_look,
                args=(one.number,),
            )
            st.page_link(
                "pages/planning/goals.py",
                label=t("progress.open"),
                icon=":material/edit:",
                query_params=shown.codes | {"plan": str(judged.plan.id), "goal": str(one.number)},
            )


def _draft(shown: View, judged: Judged, goal: Goal, one: Standing) -> Draft:
    """The goal that is behind, as an improvement action to be raised."""
    origin = raise_action.of_goal(judged.plan.id, one.number, shown.month)
    who = t("progress.owner", owner=goal.owner) if goal.owner else ""
    told = (how_words(goal, one), year_end_words(goal, one.projection), who)
    problem = "\n".join(filter(None, told))
    return Draft(
        t("progress.action", goal=goal.title)[:LONGEST_TITLE],
        goal.department,
        origin,
        "serious" if one.state == "bad" else "ordinary",
        problem,
        t("progress.action.expected", target=value_words(goal, one.planned, catalog()))
        if not math.isnan(one.planned)
        else "",
        indicator=goal.indicator,
        helpers=goal.helpers,
    )


def _look(number_of_goal: int) -> None:
    st.session_state[CHOSEN] = number_of_goal
    st.session_state["progress"] = t("progress.tab.one")


def how_words(goal: Goal, one: Standing) -> str:
    """近 12 个月 25.7%，计划 25.2%; of milestones how many are overdue."""
    if not math.isnan(one.actual):
        return t(
            "progress.how",
            actual=value_words(goal, one.actual, catalog()),
            planned=value_words(goal, one.planned, catalog()),
            target=target_words(goal, catalog()),
        )
    done = sum(bool(step.done) for step in goal.milestones)
    return t("progress.steps", done=done, count=len(goal.milestones), late=one.late)


def year_end_words(goal: Goal, end: Projection | None) -> str:
    """预计 2026 年全年 25.6%（八成把握 25.5%–25.7%），计划 25.1%."""
    if end is None:
        return ""
    said = t(
        "progress.year_end",
        year=end.year,
        expected=value_words(goal, end.expected, catalog()),
        low=number(end.low, decimals_of(goal, catalog())),
        high=value_words(goal, end.high, catalog()),
        planned=value_words(goal, end.planned, catalog()),
    )
    if math.isnan(end.chance):
        return said
    return said + t("progress.chance", chance=_chance(end.chance))


def _chance(chance: float) -> str:
    """Never said to be certain."""
    percent = chance * 100
    if percent < 1:
        return "<1%"
    return ">99%" if percent > 99 else f"{number(percent)}%"


def lines(shown: View, judged: Judged) -> pd.DataFrame:
    """Every goal with planned, actual, year end and owner, in the order of the tree."""
    return _lines((key(), reads.facts_key(shown.scope)), shown, judged.plan, language())


@kept(64)
def _lines(of: tuple[Any, ...], shown: View, plan: Plan, in_language: str) -> pd.DataFrame:
    standing, goals = plan_reads.standing(shown, plan), plan_reads.tree(shown, plan)
    names, found = reads.names(shown.scope), []
    for number_of_goal, depth in goals.ordered():
        goal, one = goals.goals[number_of_goal].goal, standing[number_of_goal]
        end = one.projection
        found.append(
            {
                t("goals.column.number"): str(number_of_goal),
                t("goals.column.title"): "\u2003" * depth + goal.title,
                t("goals.column.state"): state_words(one),
                t("progress.column.actual"): value_words(goal, one.actual, catalog()),
                t("progress.column.planned"): value_words(goal, one.planned, catalog()),
                t("goals.column.target"): target_words(goal, catalog()),
                t("goals.column.attained"): share_words(one.attained),
                t("progress.column.expected"): share_words(one.expected),
                t("progress.column.year_end"): value_words(
                    goal, end.expected if end else None, catalog()
                ),
                t("goals.column.owner"): goal.owner or "—",
                t("goals.column.place"): names.get(goal.department, t("scope.whole")),
            }
        )
    return pd.DataFrame(found)


@kept(32)
def _states_drawn(
    of: tuple[Any, ...], shown: View, plan: Plan, in_language: str, in_dark: bool
) -> tuple[Any, pd.DataFrame]:
    months = month_range(max(add_months(shown.month, -11), plan.first), shown.month)
    states, goals = plan_reads.states(shown, plan, months), plan_reads.tree(shown, plan)
    order = [n for n, _ in goals.ordered() if set(states[n].values()) - {"none"}]
    cells = [
        {
            "name": cut(f"{n} {goals.goals[n].goal.title}", NAME),
            "month": month_name(month),
            "column": str(month)[2:4] + "-" + str(month)[4:],
            "state": states[n][month],
            "said": f"{SHAPES[states[n][month]]} {t(f'plan.state.{states[n][month]}')}",
        }
        for n in order
        for month in months
    ]
    wide = [
        {t("goals.column.title"): f"{n} {goals.goals[n].goal.title}"}
        | {
            month_name(month): f"{SHAPES[states[n][month]]} {t(f'plan.state.{states[n][month]}')}"
            for month in months
        }
        for n in order
    ]
    if not cells:
        return None, pd.DataFrame(wide)
    return plain_spec(states_chart(pd.DataFrame(cells), palette(in_dark))), pd.DataFrame(wide)


def months_tab(shown: View, judged: Judged) -> None:
    """How each goal stood at the end of each month."""
    of = (key(), reads.facts_key(shown.scope))
    spec, wide = _states_drawn(of, shown, judged.plan, language(), dark())
    if spec is None:
        st.write(t("progress.months.none"))
        return
    st.caption(t("progress.months.how"))
    st.vega_lite_chart(spec, alt=t("progress.months.alt", count=len(wide)))
    source = t("goals.source", plan=judged.plan.name)
    st.caption(sourced(t("progress.months.unit"), source))
    table(wide, t("progress.tab.months"))


def one_tab(shown: View, judged: Judged) -> None:
    """One goal: planned and actual by month, the year's end."""
    goals, standing = judged.tree.goals, plan_reads.standing(shown, judged.plan)
    measured = lines_of(judged.tree, plan_reads.own_lines(shown, judged.tree))
    order = [number for number, _ in judged.tree.ordered()]
    first = next((number for number in order if number in measured), order[0])
    start = st.session_state.get(CHOSEN, first)
    chosen = st.selectbox(
        t("goals.which"),
        order,
        index=order.index(start if start in order else first),
        format_func=lambda one: f"{one} {goals[one].goal.title}",
    )
    st.session_state[CHOSEN] = chosen
    publish(goal=str(chosen))
    goal, one = goals[chosen].goal, standing[chosen]
    st.markdown(f":{COLOURS[one.state]}[{state_words(one)}]\u2003{plain(how_words(goal, one))}")
    if chosen not in measured:
        _steps(shown, goal)
        return
    end = year_end_words(goal, one.projection)
    st.markdown(plain(end) if end else f":gray[{t('progress.no_year_end')}]")
    spec, months = _one_drawn(
        (key(), reads.facts_key(shown.scope)), shown, judged.plan, chosen, (language(), dark())
    )
    st.vega_lite_chart(spec, alt=" ".join((goal.title, how_words(goal, one), end)))
    place = reads.names(shown.scope).get(goal.department, t("scope.whole"))
    source = t("progress.one.source", code=goal.indicator or "—", place=place)
    st.caption(sourced(unit_name(goal.unit) or t("goals.tree.unit"), source))
    table(months, t("progress.tab.one"))


def _steps(shown: View, goal: Goal) -> None:
    """The milestones of a goal without a line: done, due, overdue."""
    if not goal.milestones:
        st.write(t("progress.one.none"))
        return

    def state(due: int, done: int) -> str:
        if done:
            return t("progress.step.done", month=month_name(done))
        return t("progress.step.late" if due <= shown.month else "progress.step.open")

    columns = [t(f"progress.column.{name}") for name in ("step", "due", "state")]
    rows = [
        (step.text, month_name(step.month), state(step.month, step.done))
        for step in goal.milestones
    ]
    table(pd.DataFrame(rows, columns=pd.Index(columns)), t("progress.steps.table"))


@kept(64)
def _one_drawn(
    of: tuple[Any, ...], shown: View, plan: Plan, chosen: int, looks: tuple[str, bool]
) -> tuple[Any, pd.DataFrame]:
    tree, one = plan_reads.tree(shown, plan), plan_reads.standing(shown, plan)[chosen]
    goal = tree.goals[chosen].goal
    line = lines_of(tree, plan_reads.own_lines(shown, tree))[chosen]
    first = max(add_months(shown.month, 1 - BACK), line.months[0])
    months = month_range(first, shown.month // 100 * 100 + 12)
    path, known = planned_path(goal, months), dict(zip(line.months, line.value, strict=True))
    year = rolling(line.until(shown.month), months)
    actual = [float(known.get(m, math.nan)) if m <= shown.month else math.nan for m in months]
    points = pd.DataFrame(
        {
            "date": [month_date(month) for month in months],
            "planned": path,
            "actual": actual,
            "year": year,
            "month": [month_name(month) for month in months],
            "said": [value_words(goal, value, catalog()) for value in year],
        }
    )
    ends = [at for at in goal_bounds(goal) if at is not None]
    told = [t("progress.bound", value=value_words(goal, at, catalog())) for at in ends]
    bounds = pd.DataFrame({"at": ends, "text": told})
    about = _about(goal, points, bounds, one.projection)
    table_of = pd.DataFrame(
        {
            t("chart.month"): points["month"],
            t("progress.column.month"): [value_words(goal, v, catalog()) for v in actual],
            t("progress.column.actual"): points["said"],
            t("progress.column.planned"): [value_words(goal, v, catalog()) for v in path],
        }
    )
    drawn = months_chart(points, bounds, about, palette(looks[1]))
    return plain_spec(drawn), table_of.iloc[::-1]


def _about(
    goal: Goal, points: pd.DataFrame, bounds: pd.DataFrame, end: Projection | None
) -> Tracked:
    rows = []
    if end is not None:
        text = year_end_words(goal, end)
        date = month_date(end.year * 100 + 12)
        ends = {"expected": end.expected, "low": end.low, "high": end.high, "text": text}
        rows.append({"date": date, **ends})
    year_end = pd.DataFrame(rows, columns=pd.Index(["date", "expected", "low", "high", "text"]))
    parts = [points["planned"], points["actual"], points["year"], bounds["at"]]
    told = np.concatenate([part.to_numpy(dtype=float) for part in (*parts, year_end["low"])])
    return Tracked(unit_name(goal.unit), float(np.nanmin(told)), float(np.nanmax(told)), year_end)


def arrive(judged: Judged) -> None:
    """A link that names a goal shows it."""
    goals, before = judged.tree.goals, st.session_state.get(CHOSEN)
    adopt("goal", CHOSEN, lambda text: n if (n := number_in(text)) in goals else None)
    if st.session_state.get(CHOSEN) != before:
        st.session_state["progress"] = t("progress.tab.one")


def how() -> None:
    """How standing, year end and attainment are worked out."""
    st.markdown(t("progress.how.text"))
    st.caption(listed(f"{SHAPES[state]} {t(f'plan.state.{state}')}" for state in SHAPES))
