"""One department and line of the budget: its ledger rows, the ways onward, the weekly meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.costing.budget.lines import INCOME
from core.formats import money, month_name, months_name, number
from core.reports.agenda.items import Origin, day_of, next_meeting, tier_of
from core.reports.agenda.records import add_matter
from core.words import t
from pages.shared import budget_reads, costing_reads
from pages.shared import budget_words as words
from pages.shared.agenda_form import matter_form
from pages.shared.budget_reads import Carried
from pages.shared.errors import caught
from pages.shared.page import download, problems, table
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.session import actor, store, today

_CHOSEN = "budget_matter"
Row = dict[Any, Any]


def download_of(frame: pd.DataFrame, line: str) -> None:
    """The table of departments as xlsx."""
    download(frame, f"{t('budget.tab.departments')} {line}")


def case(shown: View, found: Carried, row: Row, watched: Mapping[str, str]) -> None:
    """What stands behind a row, where to look further, and the way to the weekly meeting."""
    name = words.place_name(shown, row["department"])
    with st.container(border=True):
        st.markdown(
            f"**{plain(name)} · {words.line_name(row['line'])}** {words.coloured(row['state'])}  \n"
            + plain(_data(found, row))
        )
        subject = watched.get(row["line"], watched["cost"])
        with st.container(horizontal=True, vertical_alignment="center"):
            if row["line"] not in (*INCOME, "income"):
                st.page_link(
                    "pages/analysis/explore.py",
                    label=t("budget.case.explore"),
                    icon=":material/query_stats:",
                    query_params=shown.codes | {"indicator": subject, "dept": row["department"]},
                )
            st.page_link(
                "pages/department.py",
                label=t("budget.case.department"),
                icon=":material/domain:",
                query_params=shown.codes | {"dept": row["department"]},
            )
            st.button(
                t("signals.act.agenda"),
                key="budget_agenda",
                icon=":material/event_note:",
                on_click=_choose,
                args=(row,),
            )
        if row["line"] not in (*INCOME, "income", "cost"):
            _ledger(shown, found, row, name)
    chosen = st.session_state.get(_CHOSEN)
    if chosen:
        _raise(shown, found, chosen, watched)


def _data(found: Carried, row: Row) -> str:
    side = found.span.income if row["line"] in INCOME else found.span.cost
    return t(
        "budget.case",
        months=months_name(tuple(dict.fromkeys((side[0], side[-1]))) if side else ()),
        plan=money(float(row["plan"])),
        done=money(float(row["done"])),
        over=words.signed_money(float(row["over"])),
        share=words.signed_percent(row["over_pct"]),
    )


def _ledger(shown: View, found: Carried, row: Row, name: str) -> None:
    more = st.expander(t("budget.case.ledger"), on_change="rerun", key="budget_ledger")
    if not more.open:
        return
    with more:
        rows = budget_reads.ledger(shown, found.span.cost, (row["department"], row["line"]))
        items = costing_reads.names(shown).items
        lines = pd.DataFrame(
            {
                t("chart.month"): [month_name(int(month)) for month in rows["month"]],
                t("costing.column.item"): [items.get(code, code) for code in rows["item"]],
                t("costing.column.unit"): [t(f"costing.of.{one}") for one in rows["unit"]],
                t("costing.column.amount"): [number(fen / 100, 2) for fen in rows["amount_fen"]],
                t("costing.column.batch"): [str(batch) for batch in rows["batch_id"]],
            }
        )
        st.caption(t("budget.case.rows", total=money(int(rows["amount_fen"].sum()))))
        table(lines, f"{t('budget.case.ledger')} {name}")


def _choose(row: Row | None = None) -> None:
    st.session_state[_CHOSEN] = row


def _raise(shown: View, found: Carried, row: Row, watched: Mapping[str, str]) -> None:
    """The row as a matter of the weekly meeting, its words ready to be edited."""
    name = words.place_name(shown, row["department"])

    @st.dialog(t("signals.act.agenda"), width="large", on_dismiss=_choose)
    def ask() -> None:
        with caught():
            before = {
                "meeting": next_meeting(today()),
                "matter": f"{name} · {words.line_name(row['line'])}",
                "data": _data(found, row),
                "responsible": _office(shown, row["line"]),
                "tier": tier_of(
                    {
                        "stake_unit": "元",
                        "stake": abs(float(row["over"])),
                        "department": row["department"],
                    }
                ),
            }
            given = matter_form("budget_matter_form", before, t("signals.act.agenda"))
            if given is None:
                return
            with problems():
                meeting = given[0] or dt.date.today()
                subject = watched.get(row["line"], watched["cost"])
                origin = Origin(subject, row["department"], shown.month)
                content = (given[1], origin)
                who = actor("costing_budget")
                add_matter(store(), who, shown.hospital_id, day_of(meeting), content)
                st.session_state["agenda_meeting"] = meeting
                _choose()
                st.rerun()

    ask()


def _office(shown: View, line: str) -> str:
    return "" if line in ("cost", "income") else budget_reads.office_name(shown, line)
