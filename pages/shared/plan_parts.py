"""What the page of goals shows: the answer, the tree, the map of the four sides, the checks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts.planning import LINE, TEXT_LINE, map_chart, tree_chart
from core.charts.theme import palette
from core.formats import listed, month_name, number
from core.planning.goals.checks import CHECKS
from core.planning.goals.layout import (
    bands_of,
    boxes_of,
    elbows_of,
    framed_boxes,
    joined_boxes,
    rows_of,
    text_at,
)
from core.planning.goals.model import Plan, Tree
from core.planning.goals.wrapping import cut, wrapped
from core.planning.rubric import MOST
from core.reports.plans.phrases import (
    check_words,
    reason_words,
    share_words,
    state_words,
    target_words,
)
from core.words import language, pick, t
from pages.shared import plan_reads, reads
from pages.shared.hospital_reads import key
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.plan_reads import Judged
from pages.shared.scope import View
from pages.shared.session import catalog

LONGEST_ROW = 40
BOX_LETTERS, BOX_LINES = 7, 3


def headline(shown: View, judged: Judged) -> str:
    """How many goals there are, how many have gaps, and how high the plan can score."""
    count, lacking = len(judged.tree.goals), len(judged.gaps)
    if not count:
        return t("goals.headline.none", plan=plain(judged.plan.name))
    said = t("goals.headline", plan=plain(judged.plan.name), count=count)
    if not lacking:
        return said + t("goals.headline.whole")
    first = t("goals.headline.gaps", gaps=lacking)
    return said + first + t("goals.headline.best", best=number(judged.ceiling, 1))


def cards(shown: View, judged: Judged) -> None:
    """Goals, those with gaps, the highest score the caps leave, those off track."""
    states = plan_reads.standing(shown, judged.plan)
    off = sum(one.state == "bad" for one in states.values())
    gone = {one.number for one in judged.found if one.state == "missing"}
    doubts = len(set(judged.gaps) - gone)
    lost = number(100 - judged.ceiling, 1)
    held = judged.ceiling < 100
    told = (
        ("goals", number(len(judged.tree.goals)), _levels(judged.tree)),
        ("missing", number(len(gone)), t("goals.card.missing.said", doubts=doubts)),
        ("best", number(judged.ceiling, 1), t(f"goals.card.best.{int(held)}", lost=lost)),
        ("off", number(off), t("goals.card.off.said", month=month_name(shown.month))),
    )
    with st.grid(4, min_column_width=190, gap="small"):
        for name, value, words in told:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(t(f"goals.card.{name}"), value)
                st.markdown(f":small[:gray[{words}]]")


def _levels(tree: Tree) -> str:
    counts = dict.fromkeys(("hospital", "department", "person"), 0)
    for one in tree.goals.values():
        counts[one.goal.level] += 1
    told = (t(f"plan.level.{level}") + f" {count}" for level, count in counts.items())
    return listed(told)


@kept(32)
def _tree_drawn(
    of: tuple[Any, ...], shown: View, plan: Plan, in_language: str, in_dark: bool
) -> tuple[Any, pd.DataFrame]:
    judged, states = plan_reads.judged(shown, plan), plan_reads.standing(shown, plan)
    tree = judged.tree
    rows, names = rows_of(tree), reads.names(shown.scope)
    lines, drawn = [], []
    for row in rows.to_dict("records"):
        placed = tree.goals[row["number"]]
        goal, own = placed.goal, judged.gaps.get(row["number"], ())
        mark = f"  ⚠ {len(own)}" if own else ""
        state = states[row["number"]].state
        who = goal.owner or "—"
        drawn.append(
            row
            | {
                "state": state,
                "text": cut(goal.title, LONGEST_ROW) + mark,
                "name": f"{row['number']} {goal.title}",
                "owner": who,
                "gaps": listed(reason_words(one) for one in own) or "—",
            }
        )
        lines.append(
            {
                t("goals.column.number"): str(row["number"]),
                t("goals.column.title"): "\u2003" * row["depth"] + goal.title,
                t("goals.column.level"): t(f"plan.level.{goal.level}"),
                t("goals.column.place"): names.get(goal.department, t("scope.whole")),
                t("goals.column.target"): target_words(goal, catalog()),
                t("goals.column.attained"): share_words(states[row["number"]].attained),
                t("goals.column.state"): state_words(states[row["number"]]),
                t("goals.column.owner"): who,
                t("goals.column.weight"): f"{goal.weight:g}%" if goal.weight is not None else "—",
                t("goals.column.gaps"): listed(t(f"plan.check.{one.check}") for one in own) or "—",
            }
        )
    chart = tree_chart(pd.DataFrame(drawn), elbows_of(tree, rows), palette(in_dark))
    return plain_spec(chart), pd.DataFrame(lines)


def tree_tab(shown: View, judged: Judged) -> None:
    """The tree drawn, and the same goals as a table; a row chosen opens its card."""
    if not judged.tree.goals:
        st.write(t("goals.none"))
        return
    of = (key(), reads.facts_key(shown.scope))
    spec, lines = _tree_drawn(of, shown, judged.plan, language(), dark())
    alt = t("goals.tree.alt", count=len(lines), gaps=len(judged.gaps))
    st.caption(t("goals.tree.how"))
    st.vega_lite_chart(spec, alt=alt)
    st.caption(sourced(t("goals.tree.unit"), t("goals.source", plan=judged.plan.name)))
    table(lines, t("goals.tab.tree"))


@kept(16)
def _map_drawn(
    of: tuple[Any, ...], shown: View, plan: Plan, in_language: str, in_dark: bool
) -> tuple[Any, pd.DataFrame]:
    tree, states = plan_reads.tree(shown, plan), plan_reads.standing(shown, plan)
    boxes = framed_boxes(boxes_of(tree))
    goals = [tree.goals[number].goal for number in boxes["number"]]
    texts = [wrapped(goal.title, BOX_LETTERS, BOX_LINES) for goal in goals]
    boxes = boxes.assign(
        words=text_at(boxes, texts, TEXT_LINE / LINE),
        state=[states[number].state for number in boxes["number"]],
        text=texts,
        name=[goal.title for goal in goals],
        owner=[goal.owner or "—" for goal in goals],
    )
    bands = pd.DataFrame(
        [(t(f"plan.side.{side}"), top, bottom) for side, top, bottom in bands_of(boxes)],
        columns=pd.Index(["name", "top", "bottom"]),
    )
    chart = map_chart(boxes, _links(tree, boxes), bands, palette(in_dark))
    lines = pd.DataFrame(
        [
            {
                t("goals.column.title"): tree.goals[link.goal].goal.title,
                t("goals.map.strength"): t(f"plan.strength.{link.strength}"),
                t("goals.map.supports"): tree.goals[link.supports].goal.title,
            }
            for link in tree.links
        ]
    )
    return plain_spec(chart), lines


def _links(tree: Tree, boxes: pd.DataFrame) -> pd.DataFrame:
    """Lines between the boxes of goals that help each other."""
    at = {box["number"]: box for box in boxes.to_dict("records")}
    rows = [
        {
            "x": at[one]["middle"],
            "y": at[one]["centre"],
            "x2": at[other]["middle"],
            "y2": at[other]["centre"],
            **dict(zip(("head_x", "head_y"), _free(at, one, other), strict=True)),
            "head": _head(at[one], at[other]),
            "strength": strength,
            "said": _link_words(at[one]["name"], at[other]["name"], strength),
        }
        for one, other, strength in joined_boxes(tree, boxes)
    ]
    columns = ["x", "y", "x2", "y2", "head_x", "head_y", "head", "strength", "said"]
    return pd.DataFrame(rows, columns=pd.Index(columns))


_ALONG = (0.5, 0.58, 0.42, 0.66, 0.34, 0.74, 0.26, 0.82, 0.18, 0.9, 0.1)
"""Parts of a line at which its arrow may stand, the middle first."""


def _free(at: dict[Any, Any], one: Any, other: Any) -> tuple[float, float]:
    """Where the line between two boxes is covered by none, as near its middle as can be."""
    (x, y), (x2, y2) = ((at[end]["middle"], at[end]["centre"]) for end in (one, other))
    places = [(x + (x2 - x) * part, y + (y2 - y) * part) for part in _ALONG]
    free = (
        place
        for place in places
        if not any(
            box["left"] <= place[0] <= box["right"] and box["top"] <= place[1] <= box["bottom"]
            for box in at.values()
        )
    )
    return next(free, places[0])


def _head(one: dict[Any, Any], other: dict[Any, Any]) -> str:
    """Which way the line from one box to another points; the picture's top is 0."""
    if one["centre"] != other["centre"]:
        return "triangle-up" if other["centre"] < one["centre"] else "triangle-down"
    return "triangle-left" if other["middle"] < one["middle"] else "triangle-right"


def _link_words(one: str, other: str, strength: str) -> str:
    return t("goals.map.said", one=one, other=other, strength=t(f"plan.strength.{strength}"))


def map_tab(shown: View, judged: Judged) -> None:
    """The four sides with their goals, and which helps which."""
    if not judged.tree.goals:
        st.write(t("goals.none"))
        return
    of = (key(), reads.facts_key(shown.scope))
    spec, lines = _map_drawn(of, shown, judged.plan, language(), dark())
    st.caption(t("goals.map.how"))
    st.vega_lite_chart(spec, alt=t("goals.map.alt", count=len(lines)))
    st.caption(sourced(t("goals.tree.unit"), t("goals.source", plan=judged.plan.name)))
    if lines.empty:
        st.caption(t("goals.map.none"))
        download(lines, t("goals.tab.map"))
    else:
        table(lines, t("goals.tab.map"))


def caps_lines(judged: Judged) -> list[str]:
    """Each cap in words: the sub-item, its highest score, the checks and the goals behind it."""
    rubric, told = plan_reads.rubric(), []
    for code, (most, because) in rubric.caps(judged.missing).items():
        item = rubric.items[code]
        numbers = sorted({number for check in because for number in judged.missing[check]})
        told.append(
            t(
                "goals.cap",
                item=pick(item.name.zh, item.name.en),
                most=f"{most:g}",
                full=MOST,
                checks=listed(t(f"plan.check.{one}") for one in because),
                goals=listed(str(number) for number in numbers),
                points=number(item.weight * (MOST - most) / MOST, 1),
            )
        )
    return told


def checks_tab(shown: View, judged: Judged) -> None:
    """What caps the score, and every gap with the goal it is in."""
    caps = caps_lines(judged)
    if caps:
        st.markdown("\n".join(f"- {plain(one)}" for one in caps))
    else:
        st.success(t("goals.caps.none"), icon=":material/check_circle:")
    goals = judged.tree.goals
    lines = pd.DataFrame(
        [
            {
                t("goals.column.number"): str(one.number),
                t("goals.column.title"): goals[one.number].goal.title,
                t("goals.check"): check_words(one),
                t("goals.column.owner"): goals[one.number].goal.owner or "—",
            }
            for one in sorted(judged.found, key=lambda one: one.state != "missing")
            if one.state != "pass"
        ]
    )
    if lines.empty:
        st.write(t("goals.checks.none"))
        return
    table(lines, t("goals.tab.checks"))
    with st.expander(t("goals.checks.how"), icon=":material/functions:"):
        for check in CHECKS:
            st.markdown(f"- **{check} {t(f'plan.check.{check}')}**\u2003{t(f'plan.test.{check}')}")
        st.caption(plain(plan_reads.rubric().source))
