"""The workspace of root cause analyses: which, its lines, the fishbone, checks, actions."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts import incidents as charts
from core.charts.theme import palette
from core.control.incidents.analyses.records import Begun, begin, days_left, finish, set_team
from core.control.incidents.analysis import (
    BONE,
    CAUSE,
    FEWEST_PEOPLE,
    MEASURE,
    TIMELINE,
    WHY,
    Line,
    checks,
    of_cause,
    of_section,
)
from core.control.incidents.grading import CLOSED, GRADED
from core.control.incidents.raising import draft_of, sentence
from core.formats import listed
from core.words import language, pick, t
from pages.shared import incident_reads as given
from pages.shared import raise_action, reads
from pages.shared.incident_desk import CHOSEN, reasons_text
from pages.shared.incident_lines import editor
from pages.shared.incident_reads import day_text, definitions, grade_word, place_word, word
from pages.shared.incident_writes import PAGE, attempt, tell
from pages.shared.kept import kept
from pages.shared.page import dark, download, table
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.scope import View
from pages.shared.session import actor, store, today

PARTS = ("timeline", "bones", "causes", "measures", "checks")
Row = dict[Any, Any]


def rca_tab(shown: View) -> None:
    """What must be analysed and is not, then one analysis."""
    tell()
    desk = given.desk(shown)
    events = {row["id"]: row for row in desk.rows.to_dict("records")}
    begun = set(desk.analyses["incident_id"])
    waiting = [
        row
        for row in events.values()
        if row["reasons"] and row["id"] not in begun and row["state"] in (GRADED, CLOSED)
    ]
    if waiting:
        _waiting(shown, waiting, desk)
    rows = desk.analyses.to_dict("records")
    if not rows:
        st.info(t("incidents.rca.none"), icon=":material/account_tree:")
        return
    chosen = _which(shown, rows, events)
    event = events[chosen["incident_id"]]
    lines = given.lines(shown, int(chosen["id"]))
    _head(shown, chosen, event)
    part = st.segmented_control(
        t("incidents.rca.part"),
        PARTS,
        default=PARTS[0],
        required=True,
        key="rca_part",
        format_func=lambda one: t(f"incidents.rca.{one}"),
    )
    _part(shown, part or PARTS[0], (chosen, event), lines)


def _part(shown: View, part: str, of: tuple[Row, Row], lines: tuple[Line, ...]) -> None:
    chosen, event = of
    if part == "timeline":
        _timeline(lines)
        editor(shown, chosen, TIMELINE, lines)
    elif part == "bones":
        _fishbone(shown, event, lines)
        editor(shown, chosen, BONE, lines)
    elif part == "causes":
        _causes(lines)
        editor(shown, chosen, CAUSE, lines)
        if of_section(lines, CAUSE):
            editor(shown, chosen, WHY, lines)
    elif part == "measures":
        _measures(shown, of, lines)
        if of_section(lines, CAUSE):
            editor(shown, chosen, MEASURE, lines)
    else:
        _checks(shown, chosen, lines)


def _waiting(shown: View, rows: list[Row], desk: given.Desk) -> None:
    """Events that need an analysis and have none: begin one here."""
    with st.container(border=True):
        st.markdown(f":material/warning: **{t('incidents.rca.waiting', count=len(rows))}**")
        by_id = {row["id"]: row for row in rows}
        labels = {row["id"]: f"{_event_text(shown, row)} · {_since(row)}" for row in rows}
        picked = st.selectbox(
            t("incidents.rca.event"),
            list(by_id),
            key="rca_event",
            format_func=lambda one: labels.get(one, ""),
        )
        team = st.multiselect(
            t("incidents.rca.team"),
            reads.people(shown.hospital_id),
            key="rca_begin_team",
            placeholder=t("incidents.rca.team.pick"),
        )
        if picked in by_id:
            st.button(
                t("incidents.rca.begin"),
                icon=":material/play_arrow:",
                key="rca_begin",
                disabled=len(set(team)) < FEWEST_PEOPLE,
                help=t("incidents.rca.begin.why", least=FEWEST_PEOPLE),
                on_click=_begin,
                args=(shown, by_id[picked], tuple(team), int(desk.rules["rca_days"])),
            )


def _since(row: Row) -> str:
    """How long an event waits for its analysis: the days of one count from its beginning."""
    return t("incidents.rca.since", days=-days_left(int(row["reported_on"]), today()))


def _begin(shown: View, event: Row, team: tuple[str, ...], days: int) -> None:
    acting, scope = actor(PAGE), given.scope_of(shown)
    seen = (int(event["id"]), int(event["version"]))
    made: list[int] = []
    attempt(
        lambda: made.append(begin(store(), acting, scope, seen, Begun(today(), days, team))),
        "incidents.rca.begun",
    )
    if made:  # the one that was begun is the one that is worked on
        st.session_state["rca_chosen"] = made[0]


def _event_text(shown: View, row: Row) -> str:
    names = reads.names(shown.scope)
    parts = (
        day_text(row["occurred_on"]),
        place_word(names, row["department"]),
        word(definitions().types, row["type"]),
        grade_word(row["grade"]),
        reasons_text(row["reasons"]),
    )
    return " · ".join(part for part in parts if part)


def _which(shown: View, rows: list[Row], events: dict[Any, Row]) -> Row:
    by_id = {row["id"]: row for row in rows}
    if st.session_state.get("rca_chosen") not in by_id:
        st.session_state["rca_chosen"] = rows[0]["id"]
    labels = {
        row["id"]: t(f"incidents.rca.state.{row['state']}")
        + " · "
        + _event_text(shown, events[row["incident_id"]])
        for row in rows
    }
    picked = st.selectbox(
        t("incidents.rca.which"),
        list(by_id),
        key="rca_chosen",
        format_func=lambda one: labels.get(one, ""),
    )
    return by_id[picked]


def _head(shown: View, chosen: Row, event: Row) -> None:
    """The event, who works on it, until when."""
    with st.container(border=True):
        st.text(event["narrative"])
        if chosen["state"] == "open":
            left = days_left(int(chosen["due_on"]), today())
            due = t("incidents.rca.due" if left >= 0 else "incidents.rca.late", days=abs(left))
        else:
            due = t("incidents.rca.done", day=day_text(chosen["finished_on"]))
        st.caption(
            plain(
                t(
                    "incidents.rca.line",
                    begun=day_text(chosen["begun_on"]),
                    until=day_text(chosen["due_on"]),
                    due=due,
                    team=listed(given.team_of(chosen)) or "—",
                )
            )
        )
        if chosen["state"] == "open":
            _team(shown, chosen)


def _team(shown: View, chosen: Row) -> None:
    more = st.popover(t("incidents.rca.team"), icon=":material/group:", key="rca_team_open")
    with more:
        people = list(dict.fromkeys([*reads.people(shown.hospital_id), *given.team_of(chosen)]))
        key = f"rca_team_{chosen['id']}_{chosen['version']}"
        st.multiselect(
            t("incidents.rca.team"),
            people,
            default=given.team_of(chosen),
            key=key,
            placeholder=t("incidents.rca.team.pick"),
        )
        st.button(
            t("incidents.rca.team.save"),
            key=f"{key}_save",
            on_click=_set_team,
            args=(shown, chosen, key),
        )


def _set_team(shown: View, chosen: Row, key: str) -> None:
    acting, scope = actor(PAGE), given.scope_of(shown)
    seen = (int(chosen["id"]), int(chosen["version"]))
    team = tuple(st.session_state.get(key) or ())
    attempt(lambda: set_team(store(), acting, scope, seen, team), "incidents.saved")


def _timeline(lines: tuple[Line, ...]) -> None:
    rows = [
        [one.content[name] for name in ("at", "role", "fact", "source", "deviation")]
        for one in of_section(lines, TIMELINE)
    ]
    _table(rows, ("at", "role", "fact", "source", "deviation"), "timeline")


def _table(rows: list[list[str]], names: tuple[str, ...], part: str) -> None:
    if not rows:
        st.caption(t(f"incidents.rca.{part}.empty"))
        return
    titles = pd.Index([t(f"incidents.column.{name}") for name in names])
    table(pd.DataFrame(rows, columns=titles), t(f"incidents.rca.{part}"))


def _fishbone(shown: View, event: Row, lines: tuple[Line, ...]) -> None:
    bones = definitions().bones
    told = of_section(lines, BONE)
    if not told:
        st.caption(t("incidents.rca.bones.empty"))
        return
    names = tuple(pick(one.name.zh, one.name.en) for one in bones)
    factors = tuple((word(bones, one.content["bone"]), one.content["text"]) for one in told)
    effect = word(definitions().types, event["type"])
    filled = {name for name, _ in factors}
    say = t(
        "incidents.rca.bones.say",
        count=len(factors),
        filled=len(filled),
        empty=listed(name for name in names if name not in filled) or "—",
    )
    st.caption(plain(say))
    spec = _bone_spec((names, factors, effect), language(), dark())
    st.vega_lite_chart(spec, theme=None, alt=say)
    st.caption(sourced(t("incidents.unit.factor"), t("incidents.rca.source")))
    columns = pd.Index([t(f"incidents.column.{one}") for one in ("number", "bone", "factor")])
    rows = [(str(place), *pair) for place, pair in enumerate(factors, start=1)]
    table(pd.DataFrame(rows, columns=columns), t("incidents.rca.bones"))


@kept(32)
def _bone_spec(
    of: tuple[tuple[str, ...], tuple[tuple[str, str], ...], str], lang: str, is_dark: bool
) -> dict[str, Any]:
    names, factors, effect = of
    told = [(bone, f"{place} {text}") for place, (bone, text) in enumerate(factors, start=1)]
    by_name = {name: [text for bone, text in told if bone == name] for name in names}
    return plain_spec(charts.fishbone(names, by_name, effect, palette(is_dark)))


def _causes(lines: tuple[Line, ...]) -> None:
    """Causal statements, each with its chain of whys."""
    causes = of_section(lines, CAUSE)
    if not causes:
        st.caption(t("incidents.rca.causes.empty"))
    for place, cause in enumerate(causes, start=1):
        with st.container(border=True):
            kind = t(f"incidents.cause.{cause.content['kind']}")
            st.markdown(f"**{place}. {kind}** {plain(sentence(cause))}")
            for depth, why in enumerate(of_cause(lines, WHY, cause.id), start=1):
                level = word(definitions().depths, why.content["depth"])
                proof = why.content["evidence"] or t("incidents.rca.no_evidence")
                line = t(
                    "incidents.why.line",
                    number=depth,
                    text=why.content["text"],
                    depth=level,
                    evidence=proof,
                )
                st.markdown(f":small[{plain(line)}]")


def _measures(shown: View, of: tuple[Row, Row], lines: tuple[Line, ...]) -> None:
    """Measures by cause, each with its strength, and the improvement action made of it."""
    chosen, event = of
    causes = of_section(lines, CAUSE)
    measures = of_section(lines, MEASURE)
    if not measures:
        st.caption(t("incidents.rca.measures.empty"))
    names = reads.names(shown.scope)
    for cause in causes:
        own = of_cause(lines, MEASURE, cause.id)
        if own:
            st.markdown(f"**{plain(sentence(cause))}**")
        for one in own:
            _measure(shown, (chosen, event), cause, one)
    if measures:
        rows = [
            [
                one.content["text"],
                word(definitions().measures, one.content["measure"]),
                t(f"incidents.strength.{definitions().strength(one.content['measure'])}"),
                place_word(names, one.content["department"]),
            ]
            for one in measures
        ]
        titles = ("text", "measure", "strength", "place")
        columns = pd.Index([t(f"incidents.column.{name}") for name in titles])
        download(lambda: pd.DataFrame(rows, columns=columns), t("incidents.rca.measures"))


MARKS = {"strong": "blue", "medium": "orange", "weak": "gray"}


def _measure(shown: View, of: tuple[Row, Row], cause: Line, one: Line) -> None:
    chosen, event = of
    offered = definitions()
    strength = offered.strength(one.content["measure"]) or "weak"
    with st.container(border=True):
        mark = f":{MARKS[strength]}-badge[{t(f'incidents.strength.{strength}')}]"
        kind = word(offered.measures, one.content["measure"])
        st.markdown(f"{mark} {plain(one.content['text'])}  \n:small[:gray[{plain(kind)}]]")
        raise_action.panel(shown, draft_of(int(chosen["id"]), event, cause, one))


def _checks(shown: View, chosen: Row, lines: tuple[Line, ...]) -> None:
    """What a finished analysis keeps, and the button."""
    found = checks(lines, given.team_of(chosen), definitions())
    for one in found:
        icon = ":material/check_circle:" if one.kept else ":material/cancel:"
        colour = "blue" if one.kept else "red"
        st.markdown(f":{colour}[{icon}] {t(f'incidents.check.{one.code}')}")
    st.caption(plain(t("incidents.check.source", source=definitions().source)))
    if chosen["state"] == "open":
        st.button(
            t("incidents.rca.finish"),
            type="primary",
            icon=":material/task_alt:",
            key="rca_finish",
            disabled=not all(one.kept for one in found),
            on_click=_finish,
            args=(shown, chosen),
        )


def _finish(shown: View, chosen: Row) -> None:
    acting, scope = actor(PAGE), given.scope_of(shown)
    seen = (int(chosen["id"]), int(chosen["version"]))
    attempt(
        lambda: finish(store(), acting, scope, seen, (today(), definitions())),
        "incidents.rca.finished",
    )


def arrive(shown: View, incident: int) -> None:
    """An action that came from an analysis leads back to it."""
    st.session_state[CHOSEN] = incident
    rows = given.desk(shown).analyses
    own = rows.loc[rows["incident_id"] == incident, "id"]
    if len(own):
        st.session_state["rca_chosen"] = int(own.iloc[0])
    elif incident not in set(given.desk(shown).rows["id"]):
        st.warning(t("error.E_INCIDENT_GONE"), icon=":material/search_off:")
