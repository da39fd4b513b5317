"""Parts of the equipment page: the three answers, the table of machines, the picture of use."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.analysis.equipment import Bands
from core.charts.equipment import use_by_pool
from core.charts.theme import palette
from core.formats import listed, money, months_name, number
from core.words import language, pick, t
from pages.shared import reads
from pages.shared.equipment_phrases import (
    Row,
    in_unit,
    kind_of,
    lines_of,
    missing_or,
    name_of,
    percent,
    pool_name,
    state_of,
    unit_text,
    years,
)
from pages.shared.equipment_reads import Asked, Machines, machines, window
from pages.shared.kept import kept
from pages.shared.page import dark, download
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.quality_parts import joined
from pages.shared.scope import View
from pages.shared.session import tables

NAMED = 3
TALL = 12
"""More rows than these scroll in a box of their own."""


@dataclass(frozen=True, eq=False)
class Worded:
    """All that the page says of every machine: worded once a view, lines and language."""

    headline: str
    answers: tuple[tuple[str, str, str], ...]
    """Question, value, why."""
    picture: str
    regular: pd.DataFrame
    reserves: pd.DataFrame
    codes: tuple[str, ...]
    """Of the regular machines, then of the reserves, in the order of the tables."""
    names: dict[str, str]
    """By code, for the choice of a machine."""


def worded(shown: View, asked: Asked) -> Worded:
    """The page in words."""
    return _worded(reads.facts_key(shown.scope), shown, asked, language())


@kept(128)
def _worded(key: reads.Key, shown: View, asked: Asked, in_language: str) -> Worded:
    found, names = machines(shown, asked), reads.names(shown.scope)
    return Worded(
        _headline(found),
        _answers(found, names, asked.bands),
        _sentence(found, names),
        lines(found.regular, names),
        lines(found.reserves, names),
        (*found.regular["code"], *found.reserves["code"]),
        {row["code"]: name_of(row) for row in found.rows.to_dict("records")},
    )


def _headline(found: Machines) -> str:
    """How many are idle, full, and never paid back within their life."""
    rows = found.regular.to_dict("records")
    return t(
        "equipment.headline",
        count=len(rows),
        idle=_idle(found),
        pools=len(_full(found)),
        late=len(_late(found)[0]),
    )


def _answers(
    found: Machines, names: dict[str, str], bands: Bands
) -> tuple[tuple[str, str, str], ...]:
    """The three questions with their answers."""
    said = {
        "idle": (t("equipment.idle.value", count=_idle(found)), _idle_words(found, bands)),
        "buy": (t("equipment.buy.value", count=len(_full(found))), _buy_words(found, names, bands)),
        "payback": _payback_words(found),
    }
    return tuple((t(f"equipment.ask.{name}"), *answer) for name, answer in said.items())


def answers(said: Worded) -> None:
    """The three questions as cards."""
    with st.grid(3, min_column_width=260, gap="small"):
        for question, value, words in said.answers:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(question, value)
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


def _buy_words(found: Machines, names: dict[str, str], bands: Bands) -> str:
    full = _full(found)
    if not full:
        return t("equipment.buy.none", full=number(bands.full))
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


def _sentence(found: Machines, names: dict[str, str]) -> str:
    """What to see in the picture; '' where there is none."""
    known = found.regular["used"].notna()
    pools = [row for row in found.pools.to_dict("records") if not math.isnan(row["capacity_use"])]
    if not known.any() or not pools:
        return ""
    highest = pools[0]
    lowest = found.regular[known].nsmallest(1, "used").to_dict("records")[0]
    return t(
        "equipment.picture",
        pool=pool_name(highest, names),
        used=percent(highest["capacity_use"]),
        machine=name_of(lowest),
        lowest=percent(lowest["used"]),
    )


def use_picture(shown: View, said: Worded, asked: Asked) -> None:
    """All machines along their use, a row a pool, with the sentence that says what to see."""
    if not said.picture:
        st.write(t("equipment.picture.none"))
        return
    st.caption(plain(said.picture))
    spec = _picture(reads.facts_key(shown.scope), shown, asked, language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=said.picture)
    st.caption(sourced("%", registers(window(shown))))
    st.caption(t("equipment.picture.key"))


def registers(months: tuple[int, ...]) -> str:
    """The tables that use is read from, and the months."""
    titles = [tables()[name].title for name in ("machine", "machine_use")]
    named = listed(pick(title.zh, title.en) for title in titles)
    return t("chart.source.months", of=named, months=months_name(months))


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
        for field, text in TEXTS.items():
            cells[_title(field)] = missing_or(row, field, text(row[field]))
        cells[t("column.department")] = names.get(row["department"]) or row["department"]
        cells[t("equipment.column.kind")] = kind_of(row["kind"])
        found.append(cells)
    return pd.DataFrame(found)


def figures(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """The same as numbers, for the xlsx; missing ones are empty."""
    found = lines(rows, names)
    money_fields = [field for field in TEXTS if field.startswith("year_") or field == "idle_cost"]
    for field in TEXTS:
        is_money = field in money_fields and field not in ("year_payback_years", "year_break_even")
        values = rows[field].astype(float).to_numpy()
        found[_title(field)] = in_unit(values) if is_money else values
    return found


def machine_table(rows: pd.DataFrame, key: str, numbers: Callable[[], pd.DataFrame]) -> int | None:
    """The table with the xlsx of its numbers; the row that was clicked, None before."""
    event = st.dataframe(
        rows,
        hide_index=True,
        height=460 if len(rows) > TALL else "content",
        on_select="rerun",
        selection_mode="single-row",
        key=key,
    )
    name = t(f"equipment.table.{key}")
    download(numbers, name)
    chosen: Sequence[int] = event["selection"]["rows"]
    return chosen[0] if chosen and chosen[0] < len(rows) else None


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
    sums = pd.DataFrame(rows)
    st.dataframe(sums, hide_index=True)
    download(sums, t("equipment.table.pools"))
