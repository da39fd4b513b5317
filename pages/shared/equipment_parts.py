"""Parts of the equipment page: the three answers, the table of machines, the picture of use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.analysis.equipment import Bands
from core.charts.equipment import Lines, use_by_pool
from core.charts.theme import palette
from core.formats import MISSING, listed, money, number, value_text
from core.words import has, language, pick, t
from pages.shared import reads
from pages.shared.equipment_reads import Asked, Machines, machines
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import plain
from pages.shared.pictures import plain_spec
from pages.shared.quality_parts import joined
from pages.shared.scope import View

Row = dict[Any, Any]
MARKS = {"idle": "■", "full": "▲", "normal": "●", "unknown": "○", "reserve": "○"}
COLOURS = {"idle": "red", "full": "orange", "normal": "blue", "unknown": "gray", "reserve": "gray"}
MONEY = {"zh": 1e6, "en": 1e5}
"""分 in the unit of a column: 万元, in English thousands of CNY."""
NAMED = 3
TALL = 12
"""More rows than these scroll in a box of their own."""


def name_of(row: Row) -> str:
    """CT-06 64排CT（老院区）."""
    return f"{row['code']} {pick(row['name_zh'], row['name_en'])}"


def kind_of(kind: str) -> str:
    return t(f"equipment.kind.{kind}") if has(f"equipment.kind.{kind}") else kind


def percent(value: float) -> str:
    return value_text(value, "%", 1)


def years(value: float) -> str:
    return value_text(value, "年", 1)


def yuan(fen: float) -> str:
    """A fee or margin an examination, to the 分."""
    return value_text(fen / 100, "元", 2)


def state_of(state: str) -> str:
    return f"{MARKS[state]} {t('equipment.state.' + state)}"


def reason_of(row: Row, field: str) -> str:
    """Why a field is missing, in words."""
    told = "no_data" if row["months"] else "no_use"
    return t(f"equipment.reason.{row['reasons'].get(CODES.get(field, field), told)}")


def missing_or(row: Row, field: str, text: str) -> str:
    """The text, or — with the reason."""
    return text if not math.isnan(row[field]) else f"{MISSING} {reason_of(row, field)}"


def in_unit(fen: Any) -> Any:
    """分 (a number or many) in the unit of a money column."""
    return fen / MONEY[language()]


def unit_text(fen: float) -> str:
    """Money in a column whose header names the unit."""
    return number(in_unit(fen), 1)


def amount(fen: float) -> str:
    """Money in the unit of this page, so that figures of a sheet can be added up by hand."""
    return MISSING if math.isnan(fen) else t("equipment.amount", amount=unit_text(fen))


def lines_of(bands: Bands) -> Lines:
    low, full = (t(f"equipment.line.{name}", at=number(at)) for name, at in _ends(bands))
    return Lines(bands.low, bands.full, low, full)


def _ends(bands: Bands) -> tuple[tuple[str, float], ...]:
    return (("low", bands.low), ("full", bands.full))


def headline(found: Machines) -> str:
    """How many are idle, full, and never paid back within their life."""
    rows = found.regular.to_dict("records")
    return t(
        "equipment.headline",
        count=len(rows),
        idle=sum(row["state"] == "idle" for row in rows),
        pools=len(_full(found)),
        late=len(_late(found)[0]),
    )


def answers(shown: View, found: Machines, bands: Bands) -> None:
    """The three questions with their answers."""
    asked = {
        "idle": (t("equipment.idle.value", count=_idle(found)), _idle_words(found, bands)),
        "buy": (t("equipment.buy.value", count=len(_full(found))), _buy_words(shown, found, bands)),
        "payback": _payback_words(found),
    }
    with st.grid(3, min_column_width=260, gap="small"):
        for question, (value, words) in asked.items():
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(t(f"equipment.ask.{question}"), value)
                st.markdown(f":small[{words}]")


def _idle(found: Machines) -> int:
    return int((found.rows["state"] == "idle").sum())


def _idle_words(found: Machines, bands: Bands) -> str:
    idle = [row for row in found.rows.to_dict("records") if row["state"] == "idle"]
    if not idle:
        return t("equipment.idle.none", low=number(bands.low))
    first = idle[0]
    words = [
        t(
            "equipment.idle.first",
            machine=plain(name_of(first)),
            used=percent(first["used"]),
            cost=money(first["idle_cost"]),
        )
    ]
    spared = found.spared[first["code"]]
    if spared is not None:
        words.append(t("equipment.idle.spared" if spared else "equipment.idle.needed"))
    if len(idle) > 1:
        rest = listed(row["code"] for row in idle[1 : 1 + NAMED])
        words.append(t("equipment.idle.rest", count=len(idle) - 1, machines=plain(rest)))
    return joined(words)


def _full(found: Machines) -> list[Row]:
    """Pools without room, fullest first."""
    return [row for row in found.pools.to_dict("records") if row["room"] <= 0]


def _buy_words(shown: View, found: Machines, bands: Bands) -> str:
    full = _full(found)
    if not full:
        return t("equipment.buy.none", full=number(bands.full))
    names = reads.names(shown.scope)
    words = [
        t(
            "equipment.buy.full",
            pool=plain(pool_name(row, names)),
            count=row["machines"],
            used=percent(row["capacity_use"]),
        )
        for row in full[:NAMED]
    ]
    return joined([*words, t("equipment.buy.rest", full=number(bands.full))])


def _late(found: Machines) -> tuple[list[Row], list[Row]]:
    """Regular machines that are not paid back within their life, latest first; and unknown ones."""
    rows = found.regular.to_dict("records")
    never = [row for row in rows if row["reasons"].get("year_payback_years") == "no_cash"]
    late = [row for row in rows if row["year_payback_years"] > row["life_years"]]
    late.sort(key=lambda row: -row["year_payback_years"])
    told = {row["code"] for row in never}
    unknown = [r for r in rows if math.isnan(r["year_payback_years"]) and r["code"] not in told]
    return never + late, unknown


def _payback_words(found: Machines) -> tuple[str, str]:
    """How many of how many within their life, and which is the slowest."""
    late, unknown = _late(found)
    known = len(found.regular) - len(unknown)
    words = [t("equipment.payback.within")]
    if late:
        first = late[0]
        key = "never" if math.isnan(first["year_payback_years"]) else "late"
        words.append(
            t(
                f"equipment.payback.{key}",
                machine=plain(name_of(first)),
                years=years(first["year_payback_years"]),
                life=years(first["life_years"]),
            )
        )
    if unknown:
        words.append(t("equipment.payback.unknown", count=len(unknown)))
    return t("equipment.payback.value", count=known - len(late), known=known), joined(words)


def pool_name(row: Row, names: dict[str, str]) -> str:
    """超声 · 超声医学科."""
    return f"{kind_of(row['kind'])} · {names.get(row['department'], row['department'])}"


def use_picture(shown: View, found: Machines, asked: Asked) -> None:
    """All machines along their use, a row a pool, with the sentence that says what to see."""
    known = found.regular["used"].notna()
    pools = [row for row in found.pools.to_dict("records") if not math.isnan(row["capacity_use"])]
    if not known.any() or not pools:
        st.write(t("equipment.picture.none"))
        return
    names = reads.names(shown.scope)
    highest = pools[0]
    lowest = found.regular[known].nsmallest(1, "used").to_dict("records")[0]
    sentence = t(
        "equipment.picture",
        pool=pool_name(highest, names),
        used=percent(highest["capacity_use"]),
        machine=name_of(lowest),
        lowest=percent(lowest["used"]),
    )
    st.caption(plain(sentence))
    key = reads.facts_key(shown.scope)
    spec = _picture(key, shown, asked, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=sentence)
    st.caption(t("equipment.picture.key"))


@kept(128)
def _picture(key: reads.Key, shown: View, asked: Asked, in_language: str, on_dark: bool) -> dict:
    found, names = machines(shown, asked), reads.names(shown.scope)
    pools = {(row["kind"], row["department"]): row for row in found.pools.to_dict("records")}
    idle_of = _idle_codes(found)
    points = []
    known = found.regular[found.regular["used"].notna()].sort_values("used")
    for row in known.to_dict("records"):
        pool = pools[row["kind"], row["department"]]
        idle = idle_of.pop((row["kind"], row["department"]), []) if row["state"] == "idle" else []
        points.append(
            {
                "order": list(pools).index((row["kind"], row["department"])),
                "pool": f"{pool_name(row, names)} ({pool['machines']})",
                "used": row["used"],
                "state": row["state"],
                "label": listed(idle),
                "name": name_of(row),
                "text": percent(row["used"]),
                "pool_used": pool["capacity_use"],
                "pool_text": percent(pool["capacity_use"]),
            }
        )
    rows = pd.DataFrame(points).sort_values("order", kind="stable").drop(columns="order")
    return plain_spec(use_by_pool(rows, lines_of(asked.bands), palette(on_dark)))


def _idle_codes(found: Machines) -> dict[tuple[str, str], list[str]]:
    """Codes of idle machines by pool: written once, beside the lowest."""
    codes: dict[tuple[str, str], list[str]] = {}
    for row in found.regular[found.regular["state"] == "idle"].to_dict("records"):
        codes.setdefault((row["kind"], row["department"]), []).append(row["code"])
    return codes


TEXTS = {
    "used": percent,
    "idle_cost": unit_text,
    "year_surplus": unit_text,
    "year_payback_years": lambda value: number(value, 1),
    "life_years": lambda value: number(value, 1),
    "examinations": number,
    "year_break_even": number,
    "time_use": percent,
    "idle_rate": percent,
    "positive_rate": percent,
    "year_income": unit_text,
    "year_depreciation": unit_text,
}
"""Columns of the table of machines, in their order, and how a value is written."""
CODES = {"used": "capacity_use"}
"""Fields whose reason stands under another name."""


def _title(field: str) -> str:
    return t(f"equipment.column.{field}", unit=t("equipment.unit"))


def lines(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The table of machines in words."""
    found = []
    for row in rows.to_dict("records"):
        cells: dict[str, str] = {
            t("equipment.column.machine"): name_of(row),
            t("column.state"): state_of(row["state"]),
        }
        for field, worded in TEXTS.items():
            cells[_title(field)] = missing_or(row, field, worded(row[field]))
        cells[t("column.department")] = names.get(row["department"]) or row["department"]
        cells[t("equipment.column.kind")] = kind_of(row["kind"])
        found.append(cells)
    return pd.DataFrame(found)


def figures(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The same as numbers, for the xlsx; missing ones are empty."""
    worded = lines(rows, names)
    money_fields = [field for field in TEXTS if field.startswith("year_") or field == "idle_cost"]
    for field in TEXTS:
        is_money = field in money_fields and field not in ("year_payback_years", "year_break_even")
        values = rows[field].astype(float).to_numpy()
        worded[_title(field)] = in_unit(values) if is_money else values
    return worded


def machine_table(rows: pd.DataFrame, names: dict[str, str], key: str) -> str:
    """The table with its download; the machine that was clicked, '' before."""
    shown = lines(rows, names)
    event = st.dataframe(
        shown,
        hide_index=True,
        height=460 if len(shown) > TALL else "content",
        on_select="rerun",
        selection_mode="single-row",
        key=key,
    )
    download(figures(rows, names), t(f"equipment.table.{key}"))
    chosen: Sequence[int] = event["selection"]["rows"]
    return str(rows["code"].iloc[chosen[0]]) if chosen and chosen[0] < len(rows) else ""


def pool_table(found: Machines, names: dict[str, str]) -> None:
    """Sums over sums by kind and department."""
    rows = [
        {
            t("equipment.column.pool"): pool_name(row, names),
            t("equipment.column.machines"): number(row["machines"]),
            _title("used"): percent(row["capacity_use"]),
            _title("time_use"): percent(row["time_use"]),
            _title("idle_rate"): percent(row["idle_rate"]),
            _title("positive_rate"): percent(row["positive_rate"]),
            t("equipment.column.room"): number(row["room"]),
            _title("year_surplus"): unit_text(row["year_surplus"]),
        }
        for row in found.pools.to_dict("records")
    ]
    if not rows:
        st.write(t("equipment.pools.none"))
        return
    worded = pd.DataFrame(rows)
    st.dataframe(worded, hide_index=True)
    download(worded, t("equipment.table.pools"))
