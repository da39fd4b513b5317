"""The levels as a picture of flows: how support cost comes down to the clinical departments."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts import streams as charts
from core.charts.theme import palette
from core.costing.model import FINAL, Method
from core.costing.streams import HELD, Streams, streams
from core.formats import money, month_name
from core.words import language, t
from pages.shared import costing_reads
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View


@kept(2 * costing_reads.MONTHS)
def _streams(key: Any, shown: View, method: Method) -> Streams:
    return streams(costing_reads.allocated(shown, method))


def draw(shown: View, method: Method) -> None:
    """The picture with what to see in it, its source and its numbers."""
    found = _streams(costing_reads.key(shown), shown, method)
    if found.flows.empty:
        return
    name = t("streams.title")
    st.markdown(f"**{name}**")
    told = _told(found)
    st.caption(told)
    spec = _spec(costing_reads.key(shown), shown, method, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=told)
    of = t("streams.source", month=month_name(shown.month))
    st.caption(sourced(t("costing.unit"), of))
    download(lambda: _rows(found), name)


def _name(code: str) -> str:
    return t("allocation.card.lost") if code == HELD else t(f"category.{code}")


def _told(found: Streams) -> str:
    """What to see: the widest flow, and whether the picture shows steps or ends."""
    widest = found.flows.sort_values("amount_fen").iloc[-1]
    return t(
        "streams.told" if found.stepwise else "streams.told.ends",
        source=_name(widest["source"]),
        target=_name(widest["target"]),
        amount=money(int(widest["amount_fen"])),
    )


def _rows(found: Streams) -> pd.DataFrame:
    own = pd.DataFrame(
        [(t("streams.own"), _name(name), fen) for name, fen in found.own.items()],
        columns=pd.Index(["source", "target", "fen"]),
    )
    flows = found.flows.rename(columns={"amount_fen": "fen"})
    flows = flows.assign(source=flows["source"].map(_name), target=flows["target"].map(_name))
    rows = pd.concat([own, flows], ignore_index=True)
    return pd.DataFrame(
        {
            t("streams.from"): rows["source"],
            t("streams.to"): rows["target"],
            t("costing.column.amount"): rows["fen"] / 100,
        }
    )


@kept(128)
def _spec(key: Any, shown: View, method: Method, in_language: str, on_dark: bool) -> dict[str, Any]:
    found = _streams(key, shown, method)
    flows = {
        (row["source"], row["target"]): int(row["amount_fen"])
        for row in found.flows.to_dict("records")
    }
    own = {name: fen for name, fen in found.own.items() if name not in FINAL}
    if any(target == HELD for _, target in flows):
        own[HELD] = 0
    own |= {name: fen for name, fen in found.own.items() if name in FINAL}
    texts: dict[Any, str] = {pair: money(fen) for pair, fen in flows.items()}
    for name, fen in own.items():
        came = sum(amount for (_, target), amount in flows.items() if target == name)
        texts[f"name {name}"] = _name(name)
        texts[name] = f"{_name(name)}\n{money(fen + came)}"
        texts[name, "own"], texts[name, "came"] = money(fen), money(came)
    return plain_spec(charts.flow_picture(charts.laid_out(own, flows), texts, palette(on_dark)))
