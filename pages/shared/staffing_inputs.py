"""What is asked of a roster: choices and numbers in the address, saved by name; the typed grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import DefinitionError
from core.flow.rostering import MOST_LINES, MOST_PEOPLE, Line, on_duty, read, written
from core.words import t
from pages.shared import staffing_reads as figures
from pages.shared.queues_more import DAYS
from pages.shared.queues_reads import wages
from pages.shared.scope import View, adopt, publish
from pages.shared.staffing_reads import Rule, Week
from pages.shared.typed_field import Field

PAGE = "flow_staffing"
CHOICES: dict[str, tuple[Any, ...]] = {
    "staff": ("doctor", "nurse"),
    "level": (80, 90),
    "ahead": (0, 1, 2, 3),
    "roster": ("case", "own"),
    "every": (1, 2, 4),
}
FIELDS = {
    "per": Field("per", 0.1, 1_000.0, 0.5, 1),
    "least": Field("least", 0, 100, 1, 0),
    "wage": Field("wage", 0.0, 10_000.0, 1.0, 1),
    "people": Field("people", 0, 100_000, 1, 0),
}
STREAM, BETWEEN, DUTY = f"{PAGE}_stream", f"{PAGE}_between", f"{PAGE}_duty"
GRID, FIRST = f"{PAGE}_grid", f"{PAGE}_first"
BLANK = (Line(8, 8, (0,) * 7), Line(16, 8, (0,) * 7), Line(0, 8, (0,) * 7))
"""To begin with: three shifts that nobody works yet."""


@dataclass(frozen=True)
class Asked:
    """A what-if of the page; None where a field is empty."""

    stream: str
    staff: str
    level: int
    ahead: int
    roster: str
    every: int
    between: bool
    duty: str
    """Lines of the hospital's own roster, as `rostering.written` writes them."""
    per: float | None
    least: int | None
    wage: float | None
    """元 an hour."""
    people: int | None
    """Who share the present roster, for overtime."""

    @property
    def rule(self) -> Rule | None:
        if not self.per or self.least is None:
            return None
        return Rule(self.staff, self.level, self.per, self.least)

    def week(self, departments: tuple[str, ...]) -> Week:
        return Week(self.stream, departments, self.ahead)

    def present(self) -> np.ndarray | None:
        """People on duty by hour of the week, NaN where the source is silent; None: no roster."""
        if self.roster == "own":
            lines = read(self.duty) or ()
            return on_duty(lines) if any(sum(line.people) for line in lines) else None
        preset = figures.presets().get(self.stream)
        if preset is None:
            return None
        kind = f"{self.staff}s"
        between = figures.standards().between.staff[kind] if self.between else None
        return preset.by_hour(kind, between)


def _key(name: str) -> str:
    return f"{PAGE}_{name}"


def stream_of(options: tuple[str, ...]) -> str:
    adopt("stream", STREAM, lambda text: text if text in options else None)
    if st.session_state.get(STREAM) not in options:
        st.session_state[STREAM] = options[0]
    chosen = st.segmented_control(
        t("staffing.stream"),
        options,
        key=STREAM,
        required=True,
        format_func=lambda one: t(f"staffing.stream.{one}"),
    )
    return chosen or options[0]


def choice_of(name: str, stream: str) -> Any:
    """One of CHOICES; the case's roster only where the sources describe one."""
    options = CHOICES[name]
    if name == "roster" and stream not in figures.presets():
        options = ("own",)
    texts = {str(one): one for one in options}
    adopt(name, _key(name), texts.get)
    if st.session_state.get(_key(name)) not in options:
        st.session_state[_key(name)] = options[0]
    chosen = st.segmented_control(
        t(f"staffing.{name}"),
        options,
        key=_key(name),
        required=True,
        format_func=lambda one: t(f"staffing.{name}.{one}"),
        help=t(f"staffing.{name}.help") if name in ("level", "every", "roster") else None,
    )
    return options[0] if chosen is None else chosen


def starting(shown: View, stream: str, staff: str) -> dict[str, Any]:
    """The numbers of the standard and of the groups of staff."""
    standard = figures.workload(stream, staff)
    wage = wages(shown).get(figures.STAFF[staff])
    return {
        "per": None if standard is None else standard.per,
        "least": None if standard is None else standard.least,
        "wage": None if wage is None else round(wage / 100, 1),
        "people": None,
    }


def settle(shown: View, stream: str, staff: str) -> dict[str, Any]:
    """Fields get the address' numbers, else the standard's; other staff begins anew."""
    start, of = starting(shown, stream, staff), f"{stream}.{staff}"
    changed = st.session_state.get(_key("of"), of) != of
    st.session_state[_key("of")] = of
    for name, field in FIELDS.items():
        if not changed:
            adopt(field.parameter, _key(name), field.read)
        if changed or _key(name) not in st.session_state:
            st.session_state[_key(name)] = start[name]
        else:  # a field that is not drawn in a run would be forgotten
            st.session_state[_key(name)] = st.session_state[_key(name)]
    adopt("between", BETWEEN, lambda text: text == "1")
    st.session_state[BETWEEN] = bool(st.session_state.get(BETWEEN, False))
    adopt("duty", DUTY, lambda text: text if read(text) is not None else None)
    st.session_state.setdefault(DUTY, "")
    return start


def asked(stream: str, chosen: Mapping[str, Any], start: Mapping[str, Any]) -> Asked:
    """What stands on the screen, told to the address where it was changed."""
    state = st.session_state
    values: dict[str, Any] = {name: state.get(_key(name)) for name in FIELDS}
    told = {
        field.parameter: ""
        if (value := values[name]) is None or value == start[name]
        else field.write(value)
        for name, field in FIELDS.items()
    }
    picked = {
        name: "" if value == CHOICES[name][0] else str(value) for name, value in chosen.items()
    }
    between = "1" if state[BETWEEN] else ""
    publish(stream=stream, between=between, duty=state[DUTY], **picked, **told)
    return Asked(stream, **chosen, between=state[BETWEEN], duty=state[DUTY], **values)


def number_of(name: str) -> None:
    """One field."""
    FIELDS[name].draw(t(f"staffing.field.{name}"), _key(name), t(f"staffing.field.{name}.help"))


def roster_grid() -> None:
    """The hospital's own roster: a line a shift, a column a day. What is typed is kept as text."""
    shown = read(st.session_state[DUTY]) or BLANK
    if GRID not in st.session_state or FIRST not in st.session_state:
        st.session_state[FIRST] = _frame(shown)
    days = {
        day: st.column_config.NumberColumn(
            t(f"queues.day.{day}"), min_value=0, max_value=MOST_PEOPLE
        )
        for day in DAYS
    }
    rows = st.data_editor(
        st.session_state[FIRST],
        key=GRID,
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "start": st.column_config.NumberColumn(
                t("staffing.grid.start"), min_value=0, max_value=23, step=1
            ),
            "hours": st.column_config.NumberColumn(
                t("staffing.grid.hours"), min_value=1, max_value=24, step=1
            ),
            **days,
        },
    )
    st.session_state[DUTY] = written(_lines(rows)[:MOST_LINES])
    st.caption(t("staffing.grid.how", most=MOST_LINES))


def _frame(lines: tuple[Line, ...]) -> pd.DataFrame:
    rows = [(line.start, line.hours, *line.people) for line in lines]
    return pd.DataFrame(rows, columns=pd.Index(["start", "hours", *DAYS])).astype("Int64")


def _lines(rows: pd.DataFrame) -> list[Line]:
    """Lines that say when and how long; an empty day is nobody."""
    whole = rows.dropna(subset=["start", "hours"]).fillna(0).astype("int64")
    return [
        Line(int(row["start"]), int(row["hours"]), tuple(int(row[day]) for day in DAYS))
        for row in whole.to_dict("records")
    ]


def care_fields() -> dict[str, Field]:
    """Rooms of endoscopy, and patients by level of care: no roster is needed for these."""
    levels = [f"care_{level.code}" for level in figures.standards().cares]
    return {"rooms": Field("rooms", 0, 200, 1, 0)} | {
        name: Field(name, 0, 5_000, 1, 0) for name in levels
    }


def settle_care(rooms: int) -> None:
    """These fields get the address' numbers, else the hospital's rooms and no patients; told to
    the address where they were changed.
    """
    told = {}
    for name, field in care_fields().items():
        usual = rooms if name == "rooms" else 0
        adopt(field.parameter, _key(name), field.read)
        value = st.session_state.get(_key(name))
        st.session_state[_key(name)] = usual if value is None else value
        changed = st.session_state[_key(name)] != usual
        told[field.parameter] = field.write(st.session_state[_key(name)]) if changed else ""
    publish(**told)


def care_of(name: str, label: str, hint: str = "") -> int:
    """One of these fields."""
    care_fields()[name].draw(label, _key(name), hint)
    return int(st.session_state[_key(name)] or 0)


def content(told: Asked) -> dict[str, Any]:
    """What a saved what-if holds."""
    care = {name: st.session_state.get(_key(name)) for name in care_fields()}
    return asdict(told) | {"care": care}


def of_content(told: Mapping[str, Any]) -> Asked:
    """The what-if of a saved one; DefinitionError where it cannot be read."""
    wrong = [name for name, options in CHOICES.items() if told.get(name) not in options]
    values: dict[str, Any] = {name: told.get(name) for name in FIELDS}
    wrong += [
        name
        for name, value in values.items()
        if value is not None
        and (not isinstance(value, int | float) or FIELDS[name].read(str(value)) is None)
    ]
    duty, stream = told.get("duty"), told.get("stream")
    if not isinstance(duty, str) or read(duty) is None:
        wrong.append("duty")
    if stream not in figures.flow_reads.STREAMS:
        wrong.append("stream")
    if wrong:
        raise DefinitionError([f"{name}: {told.get(name)}" for name in wrong])
    chosen = {name: told[name] for name in CHOICES}
    return Asked(str(stream), **chosen, between=bool(told.get("between")), duty=str(duty), **values)


def show(told: Mapping[str, Any]) -> None:
    """Put a saved what-if on the screen."""
    found = of_content(told)
    state = st.session_state
    state[STREAM], state[BETWEEN], state[DUTY] = found.stream, found.between, found.duty
    state[_key("of")] = f"{found.stream}.{found.staff}"
    for name in (*CHOICES, *FIELDS):
        state[_key(name)] = getattr(found, name)
    care = told.get("care")
    for name, field in care_fields().items():
        value = care.get(name) if isinstance(care, Mapping) else None
        state[_key(name)] = field.read(str(value))
    state.pop(GRID, None)
    state.pop(FIRST, None)
