"""More of the staffing page: suggested shifts and their file, departments, standards, comparing."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.flow.staffing import Pooled
from core.formats import MISSING, money, number, value_text
from core.words import pick, t
from pages.shared import queues_reads, reads
from pages.shared import staffing_parts as parts
from pages.shared import staffing_reads as figures
from pages.shared.files import file_button
from pages.shared.page import table
from pages.shared.phrases import plain
from pages.shared.queues_more import DAYS
from pages.shared.scope import View
from pages.shared.sheets import workbook
from pages.shared.staffing_inputs import PAGE, Asked, care_of
from pages.shared.staffing_parts import Answer

SHIFT_HOURS = 8
MOST_SHOWN = 200


def shifts(found: Answer) -> None:
    """What is suggested, with its file; why not where nothing is."""
    if found.suggestion is None:
        key = "staffing.wage.none" if found.told.wage is None else "staffing.confirm.first"
        st.info(t(key), icon=":material/info:")
        return
    rows = found.suggestion.shifts
    cost = money(found.suggestion.cost_fen)
    hours, whole = number(found.suggestion.hours), number(int(found.need.needed.sum()))
    st.markdown(t("staffing.suggested", hours=hours, needed=whole, cost=cost))
    st.warning(t("staffing.law"), icon=":material/gavel:")
    st.dataframe(shift_rows(found).head(MOST_SHOWN), hide_index=True)
    name = t("staffing.file", week=f"{found.monday:%Y-%m-%d}")
    file_button(
        t("staffing.download"),
        lambda: _file(found),
        f"{name}.xlsx",
        key=f"{PAGE}_file",
        kind="primary",
    )
    st.caption(t("staffing.kinds", kinds=_kinds(rows)))


def _kinds(rows: pd.DataFrame) -> str:
    """People by kind of shift, with its premium and where it comes from."""
    found = []
    for kind in figures.standards().shifts:
        people = int(rows.loc[rows["kind"] == kind.code, "people"].sum())
        name = pick(kind.name.zh, kind.name.en)
        found.append(
            t("staffing.kind", name=name, people=number(people), premium=number(kind.premium, 2))
        )
    return pick("；", "; ").join(found)


def shift_rows(found: Answer) -> pd.DataFrame:
    """Suggested shifts by day and time."""
    if found.suggestion is None:
        return pd.DataFrame()
    kinds = {one.code: pick(one.name.zh, one.name.en) for one in figures.standards().shifts}
    staff, rows = t(f"staffing.staff.{found.told.staff}"), []
    for row in found.suggestion.shifts.to_dict("records"):
        day, start = divmod(row["start"], 24)
        date = found.monday + dt.timedelta(days=day)
        end = start + row["hours"]
        rows.append(
            {
                t("staffing.column.date"): f"{date:%Y-%m-%d}",
                t("staffing.column.day"): t(f"queues.day.{DAYS[day]}"),
                t("staffing.column.shift"): kinds[row["kind"]],
                t("staffing.column.from"): f"{start:02d}:00",
                t("staffing.column.to"): f"{end % 24:02d}:00" + (" (+1)" if end >= 24 else ""),
                t("staffing.column.staff"): staff,
                t("staffing.column.people"): row["people"],
                t("staffing.column.hours"): row["hours"] * row["people"],
                t("staffing.column.cost"): round(row["cost_fen"] / 100),
            }
        )
    return pd.DataFrame(rows)


def _file(found: Answer) -> bytes:
    about = [
        (t("staffing.about.week"), parts.week_name(found.monday)),
        (t("staffing.about.stream"), t(f"staffing.stream.{found.told.stream}")),
        (t("staffing.about.staff"), t(f"staffing.staff.{found.told.staff}")),
        (t("staffing.about.need"), parts.source(found)),
        (t("staffing.about.law"), t("staffing.law")),
    ]
    columns = pd.Index([t("export.what"), t("export.value")])
    return workbook(
        [
            (t("staffing.sheet.shifts"), shift_rows(found)),
            (t("staffing.sheet.coverage"), parts.coverage(found)),
            (t("export.about"), pd.DataFrame(about, columns=columns)),
        ]
    )


def departments(shown: View, found: Answer) -> None:
    """Base and float of each department, and what a shared float saves."""
    rows, names = found.need.by_department, reads.names(shown.scope)
    together = Pooled(found.need.apart, found.need.pool)
    apart, pool = int(together.apart.max()), int(together.pool.max())
    if len(rows) > 1:
        st.markdown(t("staffing.pooled", apart=number(apart), pool=number(pool)))
        st.caption(t("staffing.pooled.note"))
    told = pd.DataFrame(
        {
            t("column.department"): [names.get(code, code) for code in rows["department"]],
            t("staffing.column.base_most"): rows["base_most"],
            t("staffing.column.base_hours"): rows["base_hours"],
            t("staffing.column.float_most"): rows["float_most"],
            t("staffing.column.float_hours"): rows["float_hours"],
        }
    )
    table(told, t("staffing.departments"))


def rooms_of(shown: View) -> int:
    """Rooms of endoscopy that the hospital has; the case's five where it has told none."""
    own = [one for one in queues_reads.every_node(shown) if one["kind"] == "endoscopy"]
    return int(sum(one["machines"] for one in own if not math.isnan(one["machines"]))) or 5


def care() -> None:
    """Endoscopy by rooms and nurses by level of care, each with where its figure comes from."""
    left, right = st.columns(2, gap="medium")
    with left:
        _endoscopy()
    with right:
        _nursing()
    st.markdown(f"**{t('staffing.standards')}**")
    table(_standards(), t("staffing.standards"))


def _endoscopy() -> None:
    st.markdown(f"**{t('staffing.endoscopy')}**")
    at_once = care_of("rooms", t("staffing.endoscopy.rooms"), t("staffing.endoscopy.help"))
    standard = next(one for one in figures.standards().workloads if one.code == "endoscopy")
    with st.grid(2, min_column_width=120, gap="small"):
        for staff in standard.staff:
            people = int(standard.needed([at_once], staff)[0])
            st.metric(t(f"staffing.staff.{staff}"), t("staffing.count", count=people), border=True)
    st.caption(plain(standard.source))


def _nursing() -> None:
    st.markdown(f"**{t('staffing.nursing')}**")
    standards, patients = figures.standards(), {}
    with st.grid(2, min_column_width=150, gap="small"):
        for level in standards.cares:
            label = t("staffing.nursing.patients", level=pick(level.name.zh, level.name.en))
            patients[level.code] = care_of(f"care_{level.code}", label)
    hours = standards.nursing_hours(patients)
    if not hours:
        st.info(t("staffing.nursing.fill"), icon=":material/edit:")
        return
    with st.grid(2, min_column_width=120, gap="small"):
        st.metric(
            t("staffing.nursing.hours"), t("queues.hours", value=number(hours, 1)), border=True
        )
        on_duty = math.ceil(hours / SHIFT_HOURS - 1e-9)
        st.metric(
            t("staffing.nursing.shifts"), t("staffing.count", count=number(on_duty)), border=True
        )
    st.caption(t("staffing.nursing.note"))


def _standards() -> pd.DataFrame:
    """Every standard with its source, kind of source and whether it is to be checked."""
    book, rows = figures.standards(), []
    for one in book.workloads:
        staff = pick("、", ", ").join(
            f"{t(f'staffing.staff.{kind}')} {count}" for kind, count in one.staff.items()
        )
        per = f"{number(one.per, 0)} {pick(one.unit.zh, one.unit.en)}"
        rows.append((one, t("staffing.standard.work", per=per, staff=staff)))
    for one in book.cares:
        rows.append((one, t("staffing.standard.care", hours=number(one.hours, 1))))
    for one in book.shifts:
        rows.append(
            (
                one,
                t(
                    "staffing.standard.shift",
                    hours=one.hours,
                    premium=number(one.premium, 2),
                    late=number(one.late_premium, 2),
                ),
            )
        )
    return pd.DataFrame(
        [
            {
                t("staffing.column.standard"): pick(one.name.zh, one.name.en),
                t("staffing.column.value"): value,
                t("staffing.column.source_kind"): t(f"staffing.source.{one.source_kind}"),
                t("staffing.column.to_check"): t("queues.badge.to_check") if one.to_check else "",
                t("staffing.column.source"): one.source,
            }
            for one, value in rows
        ]
    )


def compared(shown: View, chosen: Mapping[str, Asked]) -> None:
    """What-ifs side by side, an item a row."""
    columns: dict[str, list[str]] = {}
    for name, told in chosen.items():
        own = figures.departments(shown, told.stream)
        found = parts.answer(parts.Of(shown, told, own, True))
        columns[name] = _column(told, found)
    items = ("stream", "staff", "level", "roster", "needed", "short", "spare", "cost", "suggested")
    rows = [t(f"staffing.compare.{item}") for item in items]
    whole = pd.DataFrame({t("queues.compare.item"): rows} | columns)
    table(whole, t("staffing.compare.title"))


def _column(told: Asked, found: Answer | None) -> list[str]:
    held: Any = None if found is None else found.held
    cost = MISSING if held is None or not held.cost_fen else money(held.cost_fen)
    suggestion = None if found is None else found.suggestion
    return [
        t(f"staffing.stream.{told.stream}"),
        t(f"staffing.staff.{told.staff}"),
        value_text(told.level, "%", 0),
        t(f"staffing.roster.{told.roster}"),
        MISSING if found is None else number(int(found.need.needed.sum())),
        MISSING if held is None else number(held.uncovered),
        MISSING if held is None else number(held.spare),
        cost,
        MISSING if suggestion is None else money(suggestion.cost_fen),
    ]
