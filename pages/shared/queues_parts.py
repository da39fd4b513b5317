"""Parts of the queues page: the nodes, and what one more machine brings to a line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.charts.queues import busy_nodes, wait_by_machines
from core.charts.theme import palette
from core.flow.nodes import PLANNED, slowest
from core.flow.queues import Waiting, marginal, waiting
from core.formats import MISSING, listed, money, months_name, number, value_text
from core.words import language, pick, t
from pages.shared import queues_reads as figures
from pages.shared import reads
from pages.shared.equipment_phrases import kind_of
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec, untold
from pages.shared.quality_parts import joined
from pages.shared.queues_inputs import Asked, Start
from pages.shared.scope import View
from pages.shared.session import tables

BUSY, FULL = 0.85, 1.0
"""Shares of open time from which a node is watched, and from which it is not stable."""
LONG = 600
"""Minutes from which a wait is told in hours."""
BARS = 14
Node = Mapping[Any, Any]
STATE_COLOURS = {"good": "blue", "watch": "orange", "bad": "red", "none": "gray"}


def minutes_text(value: float) -> str:
    if math.isnan(value):
        return MISSING
    if value >= LONG:
        return t("queues.hours", value=number(value / 60, 1))
    return t("queues.minutes", value=number(value, 1))


def percent(share: float, decimals: int = 1) -> str:
    return value_text(share * 100, "%", decimals)


def state_of(rho: float) -> str:
    if math.isnan(rho):
        return "none"
    return "bad" if rho >= FULL else "watch" if rho >= BUSY else "good"


def node_name(node: Node, names: dict[str, str]) -> str:
    department = names.get(node["department"]) or node["department"]
    return department if node["kind"] == "clinic" else f"{kind_of(node['kind'])} · {department}"


def wait_text(node: Node) -> str:
    """The closed form, or why there is none."""
    if node["kind"] == "clinic":
        return MISSING
    if node["kind"] in PLANNED:
        return t("queues.planned")
    if math.isnan(node["rho"]):
        return f"{MISSING} {t('queues.unknown')}"
    return t("queues.unstable") if node["rho"] >= FULL else minutes_text(node["wait_min"])


def headline(shown: View, found: tuple[Node, ...]) -> str:
    names = reads.names(shown.scope)
    booked, busy = slowest(found)
    said = []
    if booked is not None:
        days = value_text(booked["exam_days"], "天", 1)
        said.append(t("queues.headline.booked", node=plain(node_name(booked, names)), days=days))
    if busy is not None:
        key = "queues.headline.over" if busy["rho"] >= FULL else "queues.headline.busy"
        said.append(t(key, node=plain(node_name(busy, names)), rho=percent(busy["rho"])))
    clinics = [node for node in found if node["kind"] == "clinic"]
    if not said and clinics:
        slow = clinics[0]
        wait = minutes_text(slow["reported_min"])
        said.append(t("queues.headline.clinic", node=plain(node_name(slow, names)), wait=wait))
    return joined(said)


def nodes_picture(shown: View, found: tuple[Node, ...]) -> None:
    """Bars of use; nothing where no machine tells its use."""
    if not any(not math.isnan(node["rho"]) for node in found):
        st.info(t("queues.nodes.none"), icon=":material/inbox:")
        return
    sentence = _nodes_sentence(found)
    st.caption(sentence)
    spec = _nodes_spec(reads.facts_key(shown.scope), shown, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=sentence)
    st.caption(sourced("%", nodes_source(shown)))
    key = reads.facts_key(shown.scope)
    download(lambda: _nodes_rows(key, shown, language()), t("queues.nodes.chart"))


def _nodes_sentence(found: tuple[Node, ...]) -> str:
    known = [node for node in found if not math.isnan(node["rho"])]
    over = sum(node["rho"] >= FULL for node in known)
    busy = sum(BUSY <= node["rho"] < FULL for node in known)
    return t("queues.nodes.caption", count=len(known), over=over, busy=busy, line=percent(BUSY, 0))


def nodes_source(shown: View) -> str:
    titles = [tables()[name].title for name in ("machine", "machine_use")]
    named = listed(pick(title.zh, title.en) for title in titles)
    return t("chart.source.months", of=named, months=months_name(shown.comparison.now))


@kept(128)
def _nodes_spec(key: reads.Key, shown: View, in_language: str, on_dark: bool) -> dict:
    names, rows = reads.names(shown.scope), []
    for node in figures.every_node(shown):
        if math.isnan(node["rho"]):
            continue
        text = percent(node["rho"])
        if not math.isnan(node["exam_days"]):
            days = value_text(node["exam_days"], "天", 1)
            text = t("queues.bar", rho=text, days=days)
        rows.append(
            {
                "name": f"{node_name(node, names)} ({number(node['machines'])})",
                "rho": node["rho"] * 100,
                "state": state_of(node["rho"]),
                "text": text,
                "wait": wait_text(node),
            }
        )
    return plain_spec(busy_nodes(pd.DataFrame(rows), palette(on_dark)))


def nodes_table(shown: View) -> None:
    rows = _nodes_rows(reads.facts_key(shown.scope), shown, language())
    table(rows, t("queues.nodes.title"))
    st.caption(t("queues.nodes.note"))


@kept(128)
def _nodes_rows(key: reads.Key, shown: View, in_language: str) -> pd.DataFrame:
    names, found = reads.names(shown.scope), []
    for node in figures.every_node(shown):
        cells = {
            t("queues.column.node"): node_name(node, names),
            t("queues.column.kind"): kind_of(node["kind"])
            if node["kind"] != "clinic"
            else t("queues.clinic"),
            t("queues.column.rho"): percent(node["rho"]),
            t("queues.column.wait"): wait_text(node),
            t("queues.column.booked"): value_text(node["exam_days"], "天", 1),
            t("queues.column.reported"): minutes_text(node["reported_min"]),
            t("queues.column.machines"): number(node["machines"]),
            t("queues.column.arrivals"): number(node["arrivals"], 1),
            t("queues.column.minutes"): number(node["minutes"], 1),
            t("queues.column.measured"): _measured(node),
            t("queues.column.open"): number(node["open_hours"], 1),
        }
        found.append(cells)
    return pd.DataFrame(found)


def _measured(node: Node) -> str:
    if math.isnan(node["minutes"]):
        return MISSING
    return t("queues.measured") if node["measured"] else t("queues.register")


def exact(told: Asked) -> str:
    """近似 where the closed form is not exact."""
    return "" if told.cv == 1 else f" {t('queues.approximate')}"


def answered(told: Asked, machines: int | None) -> Waiting | None:
    line = told.line(machines) if machines else None
    return None if line is None else waiting(line)


def outcome(found: Waiting) -> str:
    return minutes_text(found.wait_h * 60) if found.stable else t("queues.unstable")


def sentence(told: Asked, start: Start) -> str:
    """What the machines asked for change, in one sentence."""
    now, then = answered(told, told.now), answered(told, told.asked)
    if now is None or then is None:
        return t("queues.fill")
    if not then.stable:
        return t("queues.answer.never", machines=told.asked, least=least(told))
    fields = {"now": told.now, "then": told.asked, "after": outcome(then)}
    if not now.stable:
        return t("queues.answer.turns", **fields)
    return t("queues.answer", **fields, before=outcome(now), change=_less(now, then))


def least(told: Asked) -> str:
    """The fewest machines with which the line is stable."""
    line = told.line(1)
    return MISSING if line is None else number(math.floor(line.load) + 1)


def _less(before: Waiting, after: Waiting) -> str:
    if not before.wait_h > 0:
        return percent(0.0, 0)
    change = after.wait_h / before.wait_h - 1
    return ("−" if change <= 0 else "+") + percent(abs(change), 0)


def cards(told: Asked, start: Start) -> None:
    """Now, as asked, the next machine, and what it costs."""
    with st.grid(4, min_column_width=160, gap="small"):
        for name in ("now", "asked"):
            machines = getattr(told, name)
            found = answered(told, machines)
            with st.container(border=True, height="stretch", gap="xsmall"):
                label = t(f"queues.card.{name}", machines=number(machines or math.nan))
                st.metric(label, MISSING if found is None else outcome(found))
                st.markdown(_line_words(told, found))
        with st.container(border=True, height="stretch", gap="xsmall"):
            _next_card(told)
        with st.container(border=True, height="stretch", gap="xsmall"):
            _cost_card(told, start)


def _line_words(told: Asked, found: Waiting | None) -> str:
    if found is None:
        return f":small[{t('queues.fill')}]"
    rho, state = found.line.rho, state_of(found.line.rho)
    colour, word = STATE_COLOURS[state], t(f"queues.state.{state}", rho=percent(rho))
    said = f":small[:{colour}[{word}]]"
    if found.stable and told.within is not None:
        share = percent(found.p_longer(told.within / 60))
        said += f"  \n:small[{t('queues.longer', minutes=told.within, share=share)}{exact(told)}]"
    return said


def _next_card(told: Asked) -> None:
    now = answered(told, told.now)
    then = answered(told, (told.now or 0) + 1)
    label = t("queues.card.next", machine=number((told.now or 0) + 1))
    if now is None or then is None:
        st.metric(label, MISSING)
        st.markdown(f":small[{t('queues.fill')}]")
        return
    if not then.stable or not now.stable:
        st.metric(label, outcome(then))
        st.markdown(f":small[{t('queues.least', machines=least(told))}]")
        return
    st.metric(label, _less(now, then))
    moved = t("queues.moves", before=outcome(now), after=outcome(then))
    st.markdown(f":small[{moved}]")


def _cost_card(told: Asked, start: Start) -> None:
    more = (told.asked or 0) - (told.now or 0)
    cost = told.cost_fen(start)
    st.metric(t("queues.card.cost", more=signed_count(more)), money(cost * more))
    if math.isnan(cost):
        st.markdown(f":small[:orange[▲ {t('queues.cost.missing')}]]")
        return
    fixed = money((told.yearly or 0) * 100)
    st.markdown(f":small[{t('queues.cost.parts', each=money(cost), fixed=fixed)}]")


def signed_count(more: int) -> str:
    return f"+{more}" if more > 0 else number(more)


def curve(told: Asked, start: Start) -> None:
    """The wait by number of machines, as picture and as rows."""
    line = told.line(1)
    if line is None or not told.now or not told.asked:
        return
    rows = _curve_rows(told, start)
    said = _curve_sentence(rows)
    st.markdown(f"**{t('queues.curve.title')}**{exact(told)}")
    st.caption(said)
    cost = told.cost_fen(start)
    spec = _curve_spec(told, None if math.isnan(cost) else cost, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=said)
    st.caption(sourced(t("queues.unit.minutes"), t("queues.curve.source")))
    download(lambda: _curve_table(rows), t("queues.curve.title"))


def span(told: Asked) -> range:
    """The numbers of machines that are shown: from now, and from the first stable one, on."""
    line = told.line(1)
    first = min(told.now or 1, told.asked or 1)
    stable = 1 if line is None else math.floor(line.load) + 1
    last = max(told.now or 1, told.asked or 1, stable) + 2
    return range(max(1, first, last - BARS + 1), last + 1)


def _curve_rows(told: Asked, start: Start) -> pd.DataFrame:
    shown = span(told)
    line = told.line(shown[0])
    if line is None:
        return pd.DataFrame()
    rows = marginal(line, shown[-1])
    cost = told.cost_fen(start)
    rows["cost_fen"] = (rows["servers"] - (told.now or 0)) * cost
    return rows


def _curve_sentence(rows: pd.DataFrame) -> str:
    """How much of the gain the first machine brings, and from where on it hardly moves."""
    known = rows[rows["wait_h"].notna()]
    if len(known) < 2:
        return t("queues.curve.short")
    first, second = known.iloc[0], known.iloc[1]
    flat = known[known["saved_h"] * 60 < 1]
    said = [
        t(
            "queues.curve.first",
            first=number(first["servers"]),
            second=number(second["servers"]),
            before=minutes_text(first["wait_h"] * 60),
            after=minutes_text(second["wait_h"] * 60),
            share=percent(second["less_share"], 0),
        )
    ]
    if len(flat):
        said.append(t("queues.curve.flat", machines=number(flat["servers"].iloc[0])))
    return joined(said)


@kept(256)
def _curve_spec(told: Asked, cost: float | None, in_language: str, on_dark: bool) -> dict:
    line = told.line(span(told)[0])
    rows = [] if line is None else marginal(line, span(told)[-1]).to_dict("records")
    points = []
    for row in rows:
        stable = not math.isnan(row["wait_h"])
        role = "now" if row["servers"] == told.now else "other"
        role = "asked" if row["servers"] == told.asked else role
        points.append(
            {
                "machines": int(row["servers"]),
                "wait": row["wait_h"] * 60 if stable else 0.0,
                "role": role if stable else "unstable",
                "text": number(row["wait_h"] * 60, 1) if stable else t("queues.unstable"),
                "saved": minutes_text(row["saved_h"] * 60),
                "cost": money((row["servers"] - (told.now or 0)) * untold(cost)),
            }
        )
    unit = t("queues.unit.minutes")
    return plain_spec(wait_by_machines(pd.DataFrame(points), unit, palette(on_dark)))


def _curve_table(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("queues.column.machines"): rows["servers"],
            t("queues.column.rho_pct"): (rows["rho"] * 100).round(1),
            t("queues.column.stable"): [
                t("queues.yes") if told else t("queues.unstable") for told in rows["wait_h"].notna()
            ],
            t("queues.column.wait_min"): (rows["wait_h"] * 60).round(2),
            t("queues.column.saved_min"): (rows["saved_h"] * 60).round(2),
            t("queues.column.less"): (rows["less_share"] * 100).round(1),
            t("queues.column.cost_yuan"): (rows["cost_fen"] / 100).round(),
        }
    )


def compared(chosen: Mapping[str, Asked], options: Mapping[str, Start]) -> pd.DataFrame:
    """What-ifs side by side, an item a row."""
    columns: dict[str, list[str]] = {}
    for name, told in chosen.items():
        start = options.get(told.node)
        before, after = answered(told, told.now), answered(told, told.asked)
        list_ = told.backlog(told.asked or 0)
        cost = math.nan if start is None else told.cost_fen(start)
        more = (told.asked or 0) - (told.now or 0)
        columns[name] = [
            MISSING if start is None else start.name,
            number(told.arrivals if told.arrivals is not None else math.nan, 2),
            number(told.minutes if told.minutes is not None else math.nan, 1),
            f"{told.now or MISSING} → {told.asked or MISSING}",
            MISSING if before is None else outcome(before),
            MISSING if after is None else outcome(after),
            MISSING if list_ is None else clear_text(list_.clear_day),
            money(cost * more),
        ]
    items = ("node", "arrivals", "minutes", "machines", "before", "after", "clear", "cost")
    rows = [t(f"queues.compare.{item}") for item in items]
    return pd.DataFrame({t("queues.compare.item"): rows} | columns)


def clear_text(day: int | None) -> str:
    return t("queues.never") if day is None else t("queues.day", day=number(day))
