"""Targets of one indicator: what is in force, and a form to add, change or remove one."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from core.catalog.model import Indicator
from core.errors import ConflictError, DataError, JingguanError
from core.formats import month_name, value_text
from core.hospital.records import delete_target, save_target
from core.months import month_text, parse_month
from core.words import t
from pages.shared import reads
from pages.shared.phrases import bounds_text, complaint
from pages.shared.scope import View
from pages.shared.session import actor, catalog, store

KINDS = ("target", "standard", "assumption", "case")
BOUNDS = ("low", "high", "watch_low", "watch_high")


def targets_of(shown: View, indicator: Indicator) -> None:
    """The indicator's targets, each with kind and source; a click opens one to be changed."""
    st.markdown(f"**{t('target.title')}**")
    rows = reads.targets(shown.scope)
    rows = rows[rows["indicator"] == indicator.code].reset_index(drop=True)
    if rows.empty:
        st.caption(t("target.none"))
    row = _picked(rows, indicator, shown) if len(rows) else None
    title = t("target.change") if row else t("target.add")
    with st.expander(title, expanded=row is not None):
        _form(shown, indicator, row)


def _picked(rows: pd.DataFrame, indicator: Indicator, shown: View) -> dict[Any, Any] | None:
    """The target that was clicked, as it was then: what others save meanwhile is a conflict."""
    key = f"targets_{indicator.code}_{st.session_state.get('target_round', 0)}"
    event = st.dataframe(
        pd.DataFrame([_line(row, indicator, shown) for row in rows.to_dict("records")]),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=key,
    )
    picked = event["selection"]["rows"]
    seen = st.session_state.get("target_seen", {})
    if not picked or seen.get("where") != (key, picked):
        row = rows.iloc[picked[0]].to_dict() if picked and picked[0] < len(rows) else None
        seen = {"where": (key, picked), "row": row}
        st.session_state["target_seen"] = seen
    return seen["row"]


def _place(code: str, shown: View) -> str:
    if code in ("", "*"):
        return t("target.hospital") if not code else t("target.every")
    return reads.names(shown.scope).get(code, code)


def _line(row: dict[Any, Any], indicator: Indicator, shown: View) -> dict[str, str]:
    good = bounds_text(row, indicator)
    if row["basis"] == "last_year":
        good = t("target.last_year", bounds=_shifts(row, indicator))
    until = month_name(int(row["month_to"])) if row["month_to"] else t("target.open")
    since = month_name(int(row["month_from"])) if row["month_from"] > 190012 else t("target.always")
    return {
        t("target.place"): _place(row["department"], shown),
        t("target.good"): good or t("target.exempt"),
        t("target.from"): since,
        t("target.to"): until,
        t("target.kind"): t("catalog.target_kind." + row["kind"]),
        t("target.source"): row["source"],
        t("target.note"): row["note"],
    }


def _shifts(row: dict[Any, Any], indicator: Indicator) -> str:
    """Bounds added to last year's value: ≤ −0.5 天."""
    marks = {"low": "≥", "high": "≤"}
    texts = [
        f"{marks[name]} {value_text(row[name], indicator.unit, indicator.decimals)}"
        for name in marks
        if not math.isnan(row[name])
    ]
    return " ".join(texts)


def _form(shown: View, indicator: Indicator, row: dict[Any, Any] | None) -> None:
    before = row or {"department": "", "basis": "value", "kind": "target", "month_to": 0}
    with st.form(f"target_{indicator.code}_{before.get('id')}_{before.get('version')}"):
        with st.grid(4, min_column_width=160):
            values = _choices(shown, indicator, before)
            months = _term(shown, before)
            values |= _bounds(before)
        values["source"] = st.text_input(t("target.source"), value=before.get("source", ""))
        values["note"] = st.text_input(t("target.note"), value=before.get("note", ""))
        with st.container(horizontal=True):
            save = st.form_submit_button(t("target.save"), type="primary")
            remove = row is not None and st.form_submit_button(t("target.delete"))
    if save or remove:
        values |= {"id": before.get("id"), "indicator": indicator.code}
        values |= {name: str(values[name] or "").strip() for name in ("source", "note")}
        _write(shown, values, months, row, bool(remove))


def _choices(shown: View, indicator: Indicator, before: dict[Any, Any]) -> dict[str, Any]:
    """Where it applies, how it is measured, and what kind of threshold it is."""
    names = reads.names(shown.scope)
    places = ["", "*", *names] if "department" in indicator.grain else [""]
    words = {
        "department": (places, lambda code: _place(code, shown)),
        "basis": (["value", "last_year"], lambda code: t(f"target.basis.{code}")),
        "kind": (list(KINDS), lambda code: t(f"catalog.target_kind.{code}")),
    }
    labels = {"department": "target.place", "basis": "target.basis", "kind": "target.kind"}
    return {
        name: st.selectbox(
            t(labels[name]),
            options,
            index=options.index(before[name]) if before[name] in options else 0,
            format_func=worded,
        )
        for name, (options, worded) in words.items()
    }


def _term(shown: View, before: dict[Any, Any]) -> tuple[str, str]:
    """First and last month, as typed."""
    first = month_text(before.get("month_from") or shown.month)
    last = month_text(before["month_to"]) if before["month_to"] else ""
    return (
        st.text_input(t("target.from"), value=first),
        st.text_input(t("target.to"), value=last, placeholder=t("target.open")),
    )


def _bounds(before: dict[Any, Any]) -> dict[str, float | None]:
    return {
        name: st.number_input(
            t(f"target.{name}"),
            value=_number(before.get(name)),
            step=None,
            format="%.10g",
            placeholder="—",
        )
        for name in BOUNDS
    }


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _stored(shown: View, row: Any) -> None:
    """What the other person saved; nothing where they removed it."""
    if row:
        row = {name: math.nan if value is None else value for name, value in row.items()}
        line = _line(row, catalog().indicators[row["indicator"]], shown)
        st.dataframe(pd.DataFrame([line]), hide_index=True)


def _write(
    shown: View,
    values: dict[str, Any],
    months: tuple[str, str],
    row: dict[Any, Any] | None,
    remove: bool,
) -> None:
    """Save or remove; on a conflict nothing is saved and the stored value is shown."""
    try:
        if remove and row is not None:
            delete_target(store(), actor("catalogue"), int(row["id"]), int(row["version"]))
        else:
            values["month_from"] = parse_month(months[0].strip())
            values["month_to"] = parse_month(months[1].strip()) if months[1].strip() else 0
            seen = int(row["version"]) if row else None
            save_target(store(), actor("catalogue"), shown.hospital_id, values, seen)
    except ValueError:
        st.error(complaint(DataError("E_MONTH", value=" ".join(months).strip())))
    except ConflictError as error:
        st.error(complaint(error))
        _stored(shown, error.fields["stored"])
    except JingguanError as error:
        st.error(complaint(error))
    else:
        st.session_state["target_round"] = st.session_state.get("target_round", 0) + 1
        st.rerun()
