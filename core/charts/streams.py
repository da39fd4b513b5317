"""Levels as a picture of flows: amounts as widths, from who gives to who keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from core.charts.theme import Palette, framed
from core.words import t

STEPS = 14
"""Points of a ribbon between two columns."""
GAP = 0.09
"""Between lanes of a column, as a share of the highest one."""
WIDE = 0.07
"""Half the width of a node, in columns."""
GREYS = {"admin": "#5B7A8C", "medical_aux": "#93A7B3", "medical_tech": "#C3CED5"}
"""As in the bars of departments: what came down from whom."""


@dataclass
class Laid:
    """Ribbons and nodes in columns (x) and 分 from the top (y)."""

    ribbons: list[dict[str, Any]] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    """x, y, source, target: where the amount of a flow is written."""


def laid_out(own: Mapping[str, int], flows: Mapping[tuple[str, str], int]) -> Laid:
    """Where every flow runs; each is as wide as its amount all the way.

    own: direct cost by node, in the order of the columns; flows: by source and target, only to
    later columns. A flow that passes a column has a lane above that column's node, the ones to
    the last column on top.
    """
    names = list(own)
    gap = GAP * max(_through(own, flows, name) for name in names)
    tops: dict[tuple[str, str], list[float]] = {pair: [] for pair in flows}
    found = Laid()
    for place, name in enumerate(names):
        y = 0.0
        for pair in sorted(flows, key=lambda two: (-names.index(two[1]), names.index(two[0]))):
            if names.index(pair[0]) < place < names.index(pair[1]):
                tops[pair].append(y)
                y += flows[pair] + gap
        found.nodes += _node(own, flows, name, (place, y))
        inside = y
        for pair in sorted(flows, key=lambda two: names.index(two[0])):
            if pair[1] == name:
                tops[pair].append(inside)
                inside += flows[pair]
        outside = y
        for pair in sorted(flows, key=lambda two: -names.index(two[1])):
            if pair[0] == name:
                tops[pair].insert(0, outside)
                outside += flows[pair]
    for pair, levels in tops.items():
        _ribbon(found, pair, (names.index(pair[0]), levels), flows[pair])
    return found


def _through(own: Mapping[str, int], flows: Mapping[tuple[str, str], int], name: str) -> int:
    return own[name] + sum(fen for (_, target), fen in flows.items() if target == name)


def _node(
    own: Mapping[str, int],
    flows: Mapping[tuple[str, str], int],
    name: str,
    at: tuple[int, float],
) -> list[dict[str, Any]]:
    """What came in on top, in grey, and its own below."""
    x, top = at
    came = _through(own, flows, name) - own[name]
    spots = (("came", top, top + came), ("own", top + came, top + came + own[name]))
    ends = {"x": x - WIDE, "x2": x + WIDE, "name": name}
    return [{**ends, "part": part, "y": y, "y2": y2} for part, y, y2 in spots if y2 > y]


def _ribbon(found: Laid, pair: tuple[str, str], at: tuple[int, list[float]], fen: int) -> None:
    start, levels = at
    told = {"source": pair[0], "target": pair[1]}
    for step, (here, there) in enumerate(pairwise(levels)):
        first, last = start + step + WIDE * (step == 0), start + step + 1.0
        last -= WIDE * (step == len(levels) - 2)
        for point in range(STEPS + 1):
            share = point / STEPS
            y = here + (there - here) * share * share * (3 - 2 * share)
            x = first + (last - first) * share
            found.ribbons.append({**told, "x": x, "y": y, "y2": y + fen})
    found.labels.append({**told, "x": start + 0.55, "y": _middle(levels, 0.55) + fen / 2})


def _middle(levels: list[float], share: float) -> float:
    return levels[0] + (levels[1] - levels[0]) * share * share * (3 - 2 * share)


def flow_picture(laid: Laid, texts: Mapping[tuple[str, str] | str, str], colours: Palette) -> Any:
    """Ribbons, nodes and their amounts.

    texts: the amount of each flow by (source, target), the name and the amount of each node by
    its code, and of its parts by (code, 'own' | 'came').
    """
    last = max(node["x2"] for node in laid.nodes)
    deep = max(row["y2"] for row in (*laid.nodes, *laid.ribbons))
    across = alt.Scale(domain=[-WIDE, last], nice=False, zero=False)
    down = alt.Scale(domain=[deep * 1.02, -deep * 0.14], nice=False, zero=False)
    x = alt.X(field="x", type="quantitative", scale=across, axis=None)
    y = alt.Y(field="y", type="quantitative", scale=down, axis=None)
    layers = [
        _areas(laid, texts, (x, y)),
        _bars(laid, texts, (x, y), colours),
        *_words(laid, texts, (x, y), colours),
    ]
    picture = alt.layer(*layers).resolve_scale(color="independent").properties(height=330)
    return framed(picture, colours)


Texts = Mapping[tuple[str, str] | str, str]
Axes = tuple[alt.X, alt.Y]


def _areas(laid: Laid, texts: Texts, axes: Axes) -> Any:
    rows = pd.DataFrame(laid.ribbons)
    pairs = list(zip(rows["source"], rows["target"], strict=True))
    rows["flow"] = [f"{source} {target}" for source, target in pairs]
    rows["told"] = [
        f"{texts[f'name {source}']} → {texts[f'name {target}']}" for source, target in pairs
    ]
    rows["text"] = [texts[pair] for pair in pairs]
    return (
        alt.Chart(rows)
        .mark_area(opacity=0.75, line=False)
        .encode(
            x=axes[0],
            y=axes[1],
            y2=alt.Y2(field="y2"),
            detail=alt.Detail(field="flow", type="nominal"),
            color=alt.Color(
                field="source",
                type="nominal",
                scale=alt.Scale(domain=list(GREYS), range=list(GREYS.values())),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip(field="told", type="nominal", title=t("streams.flow")),
                alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
            ],
        )
    )


def _bars(laid: Laid, texts: Texts, axes: Axes, colours: Palette) -> Any:
    rows = pd.DataFrame(laid.nodes)
    rows["told"] = [texts[f"name {name}"] for name in rows["name"]]
    rows["label"] = [t(f"streams.{part}") for part in rows["part"]]
    rows["text"] = [texts[pair] for pair in zip(rows["name"], rows["part"], strict=True)]
    inks = alt.Scale(domain=["own", "came"], range=[colours.primary, colours.muted])
    return (
        alt.Chart(rows)
        .mark_rect()
        .encode(
            x=axes[0],
            x2=alt.X2(field="x2"),
            y=axes[1],
            y2=alt.Y2(field="y2"),
            color=alt.Color(field="part", type="nominal", scale=inks, legend=None),
            tooltip=[
                alt.Tooltip(field="told", type="nominal", title=t("column.category")),
                alt.Tooltip(field="label", type="nominal", title=t("streams.part")),
                alt.Tooltip(field="text", type="nominal", title=t("chart.value")),
            ],
        )
    )


def _words(laid: Laid, texts: Texts, axes: Axes, colours: Palette) -> list[Any]:
    """Name and amount of a node under it (of the first and last above), amounts on the ribbons."""
    ends = pd.DataFrame(laid.nodes).groupby("name", sort=False).agg({"x": "min", "y2": "max"})
    last = str(ends["x"].idxmax())
    layers = []
    for name, row in ends.iterrows():
        first, final = row["x"] < 0, name == last
        at = row["x"] + WIDE * (0 if first else 2 if final else 1)
        mark = {
            "align": "left" if first else "right" if final else "center",
            "baseline": "bottom" if first or final else "top",
            "dy": -21 if first or final else 6,
            "lineBreak": "\n",
            "lineHeight": 15,
            "fontSize": 12,
            "color": colours.ink,
        }
        spot = pd.DataFrame(
            [{"x": at, "y": 0.0 if first or final else row["y2"], "text": texts[str(name)]}]
        )
        layers.append(_text(alt.Chart(spot).mark_text(**mark), axes))
    rows = pd.DataFrame(laid.labels)
    pairs = zip(rows["source"], rows["target"], strict=True)
    rows["text"] = [texts[pair] for pair in pairs]
    halo = alt.Chart(rows).mark_text(
        stroke=colours.ground, strokeWidth=3, strokeOpacity=0.85, fontSize=11
    )
    ink = alt.Chart(rows).mark_text(color=colours.ink, fontSize=11)
    return [*layers, _text(halo, axes), _text(ink, axes)]


def _text(marks: Any, axes: Axes) -> Any:
    return marks.encode(x=axes[0], y=axes[1], text=alt.Text(field="text", type="nominal"))
