"""Planning an inspection: what, where, when; the sample is drawn and can be drawn again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from core.control.inspections.drawing import LONGEST_SEED, Wanted
from core.control.inspections.editing import Template
from core.control.inspections.records import (
    LEVELS,
    LONGEST_TITLE,
    OFF_HOURS,
    Plan,
    plan_round,
    redrawn,
)
from core.control.sampling import ARCHIVED, RUNNING
from core.formats import month_name, number
from core.months import add_months, days_in_month, first_day, month_of
from core.words import t
from pages.shared import inspection_reads as own
from pages.shared import reads
from pages.shared.inspection_form import PAGE
from pages.shared.inspection_parts import day_text, keep_valid, round_name
from pages.shared.inspection_reads import sheet_name
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.session import actor, store, today

_TOLD = "inspections_planned"
BACK = 12
RUNNING_EACH, ARCHIVED_EACH = 5, 3
"""Assumption: records a department where only some are inspected."""


def draw(shown: View) -> None:
    """The plan to make, then what was drawn before with its seed."""
    told = st.session_state.pop(_TOLD, None)
    if told:
        st.success(plain(told), icon=":material/check_circle:")
    st.caption(t("inspections.plan.how"))
    month, level, template = _what(shown)
    if template is None:
        st.info(t("inspections.plan.no_sheet"), icon=":material/inbox:")
        return
    wanted, departments = _whom(shown, month, level, template)
    plan = _when(month, level, template, wanted, departments)
    label = "inspections.plan.draw" if wanted else "inspections.plan.make"
    icon = ":material/casino:" if wanted else None
    anew = _meant(shown, plan, template)
    if st.button(t(label), type="primary", icon=icon, disabled=not anew):
        with problems():
            _make(shown, plan, template)
    _drawn_before(shown)


def _what(shown: View) -> tuple[int, int, Template | None]:
    """Month, level, checklist."""
    this = max(month_of(today()), shown.last)
    months = [add_months(this, -back) for back in range(BACK + 1)]
    with st.grid(3, min_column_width=200, gap="small"):
        month = st.selectbox(
            t("scope.month"),
            months,
            index=months.index(shown.month) if shown.month in months else 0,
            key="inspections_plan_month",
            format_func=month_name,
            persist_state="session",
        )
        level = st.selectbox(
            t("inspections.level"),
            LEVELS,
            index=1,
            key="inspections_plan_level",
            format_func=lambda one: t(f"inspections.level.{one}"),
            persist_state="session",
        )
        templates = {
            code: one
            for code, one in own.newest_templates(shown.hospital_id).items()
            if level in one.sheet.levels
        }
        codes = sorted(templates, key=lambda code: (code != own.RECORDS, code))
        code = st.selectbox(
            t("inspections.sheet"),
            codes,
            key=f"inspections_plan_sheet_{level}",
            format_func=lambda one: sheet_name(templates[one]),
            persist_state="session",
        )
    return int(month or this), int(level or 2), templates.get(code or "")


def _whom(
    shown: View, month: int, level: int, template: Template
) -> tuple[Wanted | None, tuple[str, ...]]:
    """Records by a seed, or departments themselves."""
    code, can_draw = template.sheet.code, own.can_draw(shown, month)
    kinds = ("records", "places") if can_draw else ("places",)
    first = "records" if code == own.RECORDS and can_draw else "places"
    kind = st.segmented_control(
        t("inspections.plan.whom"),
        kinds,
        key=f"inspections_plan_kind_{code}_{month}",
        default=first,
        required=True,
        format_func=lambda one: t(f"inspections.plan.whom.{one}"),
        persist_state="session",
    )
    names = reads.names(shown.scope)
    departments = st.multiselect(
        t("inspections.plan.departments"),
        list(names),
        default=[shown.department] if shown.department else [],
        key=f"inspections_plan_departments_{shown.department}",
        format_func=lambda one: f"{one} {names.get(one, one)}",
        placeholder=t(f"inspections.plan.every.{kind}"),
        persist_state="session",
    )
    if kind != "records":
        return None, tuple(departments)
    return _sample(shown, (month, level, code), tuple(departments)), tuple(departments)


def _others(shown: View, about: tuple[int, int, str]) -> dict[Any, Any] | None:
    """The round of another level in the month on the same sheet that drew a sample."""
    month, level, code = about
    return next(
        (
            row
            for row in own.rounds(shown)
            if (row["month"], row["checklist"]) == (month, code)
            and row["seed"]
            and row["level"] != level
        ),
        None,
    )


def _sample(
    shown: View, about: tuple[int, int, str], departments: tuple[str, ...]
) -> Wanted | None:
    """How many records and which seed: the other level's own, so that both look at the same.

    about: month, level, checklist. Of some departments a few each, not the hospital's number.
    """
    month, level, code = about
    other = None if departments else _others(shown, about)
    if other is not None:
        st.caption(plain(t("inspections.plan.same", round=other["title"], seed=other["seed"])))
    usual_counts = (RUNNING, ARCHIVED)
    if departments:
        few = len(departments)
        usual_counts = (min(RUNNING_EACH * few, RUNNING), min(ARCHIVED_EACH * few, ARCHIVED))
        st.caption(t("inspections.plan.each", running=RUNNING_EACH, archived=ARCHIVED_EACH))
    counts = (other["running"], other["archived"]) if other else usual_counts
    usual = other["seed"] if other else f"{month}-{code}"
    part = f"{month}_{level}_{code}_{len(departments)}"
    with st.grid(3, min_column_width=160, gap="small"):
        running = st.number_input(
            t("inspections.plan.running"), 0, 1000, counts[0], key=f"inspections_running_{part}"
        )
        archived = st.number_input(
            t("inspections.plan.archived"), 0, 1000, counts[1], key=f"inspections_archived_{part}"
        )
        seed = st.text_input(
            t("inspections.plan.seed"),
            usual,
            max_chars=LONGEST_SEED,
            key=f"inspections_seed_{part}",
            help=t("inspections.plan.seed.help"),
        )
    with problems():
        return Wanted((seed or "").strip(), int(running), int(archived))
    return None


def _when(
    month: int,
    level: int,
    template: Template,
    wanted: Wanted | None,
    departments: tuple[str, ...],
) -> Plan:
    """Name, deadline, by day or not."""
    code = template.sheet.code
    usual = t("inspections.plan.title.usual", month=month_name(month), sheet=sheet_name(template))
    last = first_day(month) + dt.timedelta(days=days_in_month(month) - 1)
    with st.grid(3, min_column_width=200, gap="small"):
        title = st.text_input(
            t("inspections.plan.title"),
            usual[:LONGEST_TITLE],
            max_chars=LONGEST_TITLE,
            key=f"inspections_title_{month}_{level}_{code}",
        )
        due = st.date_input(
            t("inspections.plan.due"),
            max(last, today() + dt.timedelta(days=7)),
            format="YYYY-MM-DD",
            key=f"inspections_due_{month}",
        )
        off = st.selectbox(
            t("inspections.off_hours"),
            OFF_HOURS,
            key="inspections_plan_off",
            format_func=lambda one: t(f"inspections.off_hours.{one or 'day'}"),
            persist_state="session",
        )
    day = int(f"{due if isinstance(due, dt.date) else last:%Y%m%d}")
    return Plan(title or "", month, level, day, off or "", wanted, departments)


def _meant(shown: View, plan: Plan, template: Template) -> bool:
    """Whether it is to be made: where the same is there already, only if somebody says so."""
    wanted = plan.wanted
    drawn = (wanted.seed, wanted.running, wanted.archived) if wanted else ("", 0, 0)
    about = (plan.month, plan.level, template.sheet.code, *drawn)
    names = ("month", "level", "checklist", "seed", "running", "archived")
    same = [row for row in own.rounds(shown) if tuple(row[name] for name in names) == about]
    if not wanted:
        same = [row for row in same if row["title"] == " ".join(plan.title.split())]
    if not same:
        return True
    st.warning(
        plain(t("inspections.plan.again", round=round_name(same[0]))),
        icon=":material/content_copy:",
    )
    key = f"inspections_again_{plan.month}_{plan.level}_{template.sheet.code}_{len(same)}"
    return st.checkbox(t("inspections.plan.again.do"), key=key)


def _make(shown: View, plan: Plan, template: Template) -> None:
    round_id = plan_round(store(), actor(PAGE), shown.hospital_id, plan, template)
    st.session_state["inspections_round"] = round_id
    st.session_state["inspections_drawn"] = round_id
    forms = own.forms(own.open_scope(shown))
    made = forms[forms["round_id"] == round_id]
    counts = {"forms": len(made), "departments": made["department"].nunique()}
    st.session_state[_TOLD] = t("inspections.plan.made", title=plan.title, **counts)
    st.rerun()


def _drawn_before(shown: View) -> None:
    """The samples there are: seed, what they were drawn from, and the draw made again."""
    rows = {int(row["id"]): row for row in own.rounds(shown) if row["seed"]}
    if not rows:
        return
    st.markdown(f"**{t('inspections.drawn')}**")
    keep_valid("inspections_drawn", list(rows))
    chosen = st.selectbox(
        t("inspections.round"),
        list(rows),
        key="inspections_drawn",
        format_func=lambda one: round_name(rows[one]),
        persist_state="session",
    )
    if chosen is None:
        return
    row = rows[chosen]
    forms = own.forms(own.open_scope(shown))
    mine = forms[forms["round_id"] == chosen]
    counts = {kind: int((mine["kind"] == kind).sum()) for kind in ("running", "archived")}
    st.write(
        plain(
            t(
                "inspections.drawn.said",
                seed=row["seed"],
                running=counts["running"],
                archived=counts["archived"],
                departments=mine["department"].nunique(),
            )
        )
    )
    if st.button(t("inspections.redraw"), icon=":material/replay:", key=f"redraw_{chosen}"):
        with problems():
            _redraw(shown, chosen)
    _allocation(mine, reads.names(shown.scope))


def _redraw(shown: View, round_id: int) -> None:
    sample, same, still = redrawn(store(), shown.hospital_id, round_id)
    if same:
        st.success(
            t("inspections.redraw.same", count=number(len(sample))), icon=":material/verified:"
        )
    else:
        key = "inspections.redraw.other" if still else "inspections.redraw.moved"
        st.warning(t(key), icon=":material/sync_problem:")


def _allocation(mine: pd.DataFrame, names: dict[str, str]) -> None:
    """Records by department, and every record of the sample."""
    from pages.shared.page import table

    lines = [
        (
            int(row["place"]),
            names.get(row["department"], row["department"]),
            t(f"inspections.kind.{row['kind']}"),
            row["record"],
            day_text(row["admitted"]),
            day_text(row["discharged"]),
        )
        for row in mine.to_dict("records")
    ]
    columns = ("place", "department", "kind", "record", "admitted", "discharged")
    told: Any = pd.DataFrame(
        lines, columns=pd.Index([t(f"inspections.column.{name}") for name in columns])
    )
    table(told, t("inspections.drawn"))
