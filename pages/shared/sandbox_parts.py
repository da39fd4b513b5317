"""What a scenario answers: headline, cards, pictures and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

from core.charts import scenario as charts
from core.charts.theme import palette
from core.costing.changes import Change, PriceCut, Scenario
from core.costing.scenarios import Answer, named
from core.formats import MISSING, listed, money, months_name, number, signed
from core.words import has, language, pick, t
from pages.shared import costing_reads, sandbox_reads
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import COLOURS, SHAPES, plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.sandbox_edit import MONEY
from pages.shared.scope import View

DRAWN, NAMED = 12, 4
"""At most so many bars; so many departments named in a sentence."""
Bars = tuple[tuple[str, float, float, str, str], ...]
"""name, start, end, state, text; amounts in the unit of the axis."""


def unit() -> float:
    """分 in the unit of axes and columns."""
    return MONEY[language()] * 100


def delta_money(fen: float) -> str:
    """An amount with its sign."""
    return f"+{money(fen)}" if fen > 0 else money(fen)


def headline(shown: View, found: Answer) -> None:
    """What the whole gains or loses, and who turns."""
    rows = found.departments
    before, after = int(rows["profit_before"].sum()), int(rows["profit"].sum())
    words = {
        "months": months_name(shown.comparison.now),
        "before": money(before),
        "after": money(after),
        "delta": delta_money(after - before),
    }
    st.subheader(
        t("sandbox.headline.same" if after == before else "sandbox.headline", **words),
        anchor=False,
    )
    names = costing_reads.names(shown).departments
    for turn, state in (("to_loss", "bad"), ("to_profit", "good")):
        codes = [code for code, way in found.flips.items() if way == turn]
        if codes:
            told = listed(plain(names.get(code, code)) for code in codes[:NAMED])
            more = t("sandbox.more") if len(codes) > NAMED else ""
            text = t(f"sandbox.{turn}", count=len(codes), names=told + more)
            st.markdown(f":{COLOURS[state]}[{SHAPES[state]} {text}]")
    if not found.flips:
        st.markdown(f":gray[{SHAPES['none']} {t('sandbox.no_flip')}]")


def base(shown: View, rows: pd.DataFrame) -> None:
    """The months as they are."""
    losses = int((rows["profit"] < 0).sum())
    st.subheader(
        t(
            "sandbox.base.headline",
            months=months_name(shown.comparison.now),
            profit=money(int(rows["profit"].sum())),
            count=len(rows),
            losses=losses,
        ),
        anchor=False,
    )


def cards(found: Answer) -> None:
    rows = found.departments
    with st.grid(2, min_column_width=140, gap="small"):
        for name in ("income", "cost", "profit"):
            with st.container(border=True, height="stretch"):
                change = int(rows[name].sum() - rows[f"{name}_before"].sum())
                st.metric(
                    t(f"sandbox.card.{name}"),
                    money(int(rows[name].sum())),
                    delta_money(change),
                    delta_color=_better(name, change),
                    delta_arrow="up" if change > 0 else "down" if change else "off",
                )
        with st.container(border=True, height="stretch"):
            st.metric(t("sandbox.card.flips"), t("sandbox.departments.count", n=len(found.flips)))


def _better(name: str, change: int) -> Literal["blue", "red", "gray"]:
    """Blue where more income, less cost or more surplus; red where it is the other way."""
    if not change:
        return "gray"
    return "blue" if (change > 0) == (name != "cost") else "red"


def pictures(shown: View, found: Answer, steps: tuple[int, ...]) -> None:
    """The way from base to answer where the whole moves; who gains and who loses."""
    if len(set(steps)) > 1:
        st.caption(t("sandbox.bridge", unit=t("sandbox.unit")))
        _draw(shown, "bridge", _bridge(found.scenario, steps), t("sandbox.bridge.alt"))
    bars = _moved(shown, found)
    if bars:
        st.caption(t("sandbox.moved", count=len(bars), unit=t("sandbox.unit")))
        _draw(shown, "moves", bars, t("sandbox.moved.alt"))


def tornado(shown: View, found: Answer) -> None:
    """Each change alone, the largest first."""
    changes = found.scenario.changes
    rows = found.tornado.to_dict("records")
    bars = tuple(
        (label(changes[row["change"]], row["change"]), 0.0, *_end(row["delta"])) for row in rows
    )
    if any(row["delta"] for row in rows):
        st.caption(t("sandbox.tornado", unit=t("sandbox.unit")))
        _draw(shown, "moves", bars, t("sandbox.tornado.alt"))
    else:
        st.caption(t("sandbox.tornado.same"))
    lines = pd.DataFrame(
        {
            t("sandbox.step"): [label(changes[row["change"]], row["change"]) for row in rows],
            t("sandbox.column.said"): [said(shown, changes[row["change"]]) for row in rows],
            t("sandbox.column.delta"): [delta_money(row["delta"]) for row in rows],
        }
    )
    table(lines, t("sandbox.tab.tornado"))


def departments(shown: View, found: Answer) -> None:
    """Every department before and after, those that move most first."""
    rows = told_rows(shown, found)
    amounts = [name for name in rows.columns if rows[name].dtype == float]
    columns: dict[str, Any] = dict.fromkeys(amounts, st.column_config.NumberColumn(format="%,.2f"))
    st.caption(t("allocation.yuan"))
    table(rows, t("sandbox.tab.departments"), columns)


def told_rows(shown: View, found: Answer) -> pd.DataFrame:
    """The table of departments, in 元."""
    rows, names = found.departments, costing_reads.names(shown).departments
    order = rows["delta"].abs().sort_values(ascending=False, kind="stable").index
    rows = rows.loc[order]
    turned = [t(f"sandbox.turn.{found.flips.get(str(code), 'none')}") for code in rows.index]
    lines = {t("column.department"): [names.get(str(code), str(code)) for code in rows.index]}
    for name in ("profit_before", "profit", "delta", "delta_income", "delta_cost"):
        lines[t(f"sandbox.column.{name}")] = (rows[name] / 100).tolist()
    return pd.DataFrame(lines | {t("sandbox.column.turned"): turned})


def label(change: Change, place: int) -> str:
    """The change by its number and kind: 1 · 人员经费."""
    return f"{place + 1} · {t('sandbox.kind.' + change.kind)}"


def said(shown: View, change: Change) -> str:
    """What a change says, in words."""
    names = costing_reads.names(shown).departments
    parts = []
    falls = {"percent": -change.percent} if isinstance(change, PriceCut) else {}
    for name, value in (change.model_dump(exclude={"kind"}, by_alias=True) | falls).items():
        if value in ("", ()) and name != "departments":
            continue
        parts.append(f"{t(f'sandbox.field.{name}')} {_valued(name, value, names)}")
    return "；".join(parts) if language() == "zh" else "; ".join(parts)


def _valued(name: str, value: Any, names: Mapping[str, str]) -> str:
    if name == "percent":
        return f"{signed(value)}%"
    if name == "departments":
        return listed(names.get(one, one) for one in value) or t("sandbox.departments.all")
    if name in ("department", "from", "to"):
        return names.get(value, value)
    if name == "order":
        return " → ".join(names.get(one, one) for one in value)
    if name == "fee_yuan":
        return money(value * 100)
    if isinstance(value, float):
        return number(value, 0 if value == int(value) else 1)
    values = value if isinstance(value, tuple) else (value,)
    return listed(_word(name, str(one)) for one in values)


WORDS = {
    "drivers": "costing.driver",
    "driver": "costing.driver",
    "method": "costing.method",
    "goods": "sandbox.cost",
    "kinds": "sandbox.cost",
    "categories": "sandbox.category",
    "setting": "sandbox.setting",
    "staff": "sandbox.staff",
}


def _word(name: str, code: str) -> str:
    key = f"{WORDS.get(name, '')}.{code}"
    return t(key) if has(key) else code


def _end(delta: int) -> tuple[float, str, str]:
    return delta / unit(), "up" if delta >= 0 else "down", delta_money(delta)


def _bridge(scenario: Scenario, steps: tuple[int, ...]) -> Bars:
    base = t("sandbox.base")
    rows = [(base, 0.0, steps[0] / unit(), "total", money(steps[0]))]
    for place, change in enumerate(scenario.changes):
        start, (end, _, _) = steps[place], _end(steps[place + 1])
        _, state, text = _end(steps[place + 1] - start)
        rows.append((label(change, place), start / unit(), end, state, text))
    rows.append((t("sandbox.after"), 0.0, steps[-1] / unit(), "total", money(steps[-1])))
    return tuple(rows)


def _moved(shown: View, found: Answer) -> Bars:
    names = costing_reads.names(shown).departments
    deltas = found.departments["delta"]
    order = deltas.abs().sort_values(ascending=False, kind="stable").index[:DRAWN]
    own = {code: name for code, name in names.items() if code in set(order) | named(found.scenario)}
    values = deltas.to_dict()
    return tuple(
        (own.get(code, str(code)), 0.0, *_end(int(values[code]))) for code in order if values[code]
    )


def _draw(shown: View, kind: str, bars: Bars, alt: str) -> None:
    spec = _spec(kind, bars, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=alt)
    of = t("sandbox.of", months=months_name(shown.comparison.now))
    st.caption(sourced(t("sandbox.unit"), of))
    columns = [t("sandbox.step"), t("chart.value")]
    rows = [(bar[0], bar[4]) for bar in bars]
    download(lambda: pd.DataFrame(rows, columns=pd.Index(columns)), alt)


@kept(128)
def _spec(kind: str, bars: Bars, in_language: str, on_dark: bool) -> Any:
    if kind == "bridge":
        names = ["name", "start", "end", "state", "text"]
        drawn = charts.bridge
    else:
        names = ["name", "start", "value", "state", "text"]
        drawn = charts.moves
    rows = pd.DataFrame(list(bars), columns=pd.Index(names))
    return plain_spec(drawn(rows, t("sandbox.unit"), palette(on_dark)))


def side_by_side(shown: View, answers: dict[str, Answer | None]) -> None:
    """The base and up to three scenarios on the same months; None could not be run."""
    names = costing_reads.names(shown).departments
    able = {name: found for name, found in answers.items() if found is not None}
    for name in answers.keys() - able.keys():
        st.warning(plain(t("sandbox.compare.unable", name=name)), icon=":material/error:")
    if not able:
        return
    first = next(iter(able.values())).departments
    lines: dict[str, list[str]] = {t("sandbox.compare.what"): _compared_names()}
    lines[t("sandbox.base")] = [money(int(first[f"{n}_before"].sum())) for n in _SUMS] + [
        MISSING
    ] * 3
    for name, found in able.items():
        ways = list(found.flips.values())
        lines[name] = [money(int(found.departments[n].sum())) for n in _SUMS] + [
            delta_money(found.delta),
            *(
                t("sandbox.departments.count", n=ways.count(way))
                for way in ("to_loss", "to_profit")
            ),
        ]
    table(pd.DataFrame(lines), t("sandbox.compare"))
    rows = pd.DataFrame({name: found.departments["delta"] / 100 for name, found in able.items()})
    rows = rows.fillna(0.0)
    order = rows.abs().max(axis=1).sort_values(ascending=False, kind="stable").index
    rows = rows.loc[order]
    rows.insert(0, t("column.department"), [names.get(str(code), str(code)) for code in rows.index])
    st.caption(t("sandbox.compare.departments"))
    columns: dict[str, Any] = dict.fromkeys(able, st.column_config.NumberColumn(format="%,.2f"))
    table(rows, t("sandbox.compare.by_department"), columns)


_SUMS = ("income", "cost", "profit")


def _compared_names() -> list[str]:
    sums = [t(f"sandbox.card.{name}") for name in _SUMS]
    return [
        *sums,
        t("sandbox.column.delta"),
        t("sandbox.turn.to_loss"),
        t("sandbox.turn.to_profit"),
    ]


def assumptions(shown: View) -> None:
    """What every answer rests on, and how each kind of cost follows volume."""
    st.markdown(t("sandbox.how.text"))
    rows = [
        (t(f"sandbox.cost.{one.kind}"), f"{one.variable:.0%}", pick(one.source.zh, one.source.en))
        for one in costing_reads.rules(sandbox_reads.key(shown), shown.scope, shown.month).costs
    ]
    columns = [t("sandbox.kinds"), t("sandbox.variable"), t("sandbox.source")]
    table(pd.DataFrame(rows, columns=pd.Index(columns)), t("sandbox.variable"))
