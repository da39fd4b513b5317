"""What is asked of a waiting line: typed beside its result, in the address, saved by name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import streamlit as st

from core.errors import DefinitionError
from core.flow.backlog import Backlog
from core.flow.nodes import yearly_fixed
from core.flow.opening import Opening, opening_of
from core.flow.queue_cases import QueueCase
from core.flow.queues import Line
from core.words import language, pick, t
from pages.shared import queues_reads as figures
from pages.shared import reads
from pages.shared.equipment_phrases import kind_of
from pages.shared.kept import kept
from pages.shared.scope import View, adopt, publish
from pages.shared.typed_field import Field

PAGE = "flow_queues"
NODE = f"{PAGE}_node"
CASE = "case."
MOST = 200
MOST_NUMBER = 1e9


FIELDS = {
    "arrivals": Field("lam", 0.01, 10_000.0, 1.0, 2),
    "minutes": Field("min", 0.1, 1_440.0, 1.0, 1),
    "cv": Field("cv", 0.0, 5.0, 0.1, 2),
    "now": Field("c", 1, MOST, 1, 0),
    "asked": Field("n", 1, MOST, 1, 0),
    "within": Field("t", 1, 600, 5, 0),
    "waiting": Field("list", 0, MOST_NUMBER, 10, 0),
    "demand": Field("demand", 0.0, MOST_NUMBER, 1.0, 1),
    "each": Field("each", 0.1, MOST_NUMBER, 1.0, 1),
    "yearly": Field("yearly", 0, MOST_NUMBER, 10_000, 0),
    "people": Field("people", 0.0, 20.0, 0.5, 1),
    "wage": Field("wage", 0.0, 10_000.0, 1.0, 1),
    "opens": Field("from", 0, 23, 1, 0),
    "hours": Field("hours", 1, 24, 1, 0),
    "days": Field("days", 1, 7, 1, 0),
    "urgent": Field("urgent", 0, 90, 5, 0),
    "seed": Field("seed", 0, 2**31 - 1, 1, 0),
}
FLAGS = ("shape", "stays")
"""Switches of the week that is played; on unless a person turns them off."""
SEED = 20261115
Values = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Start:
    """A line to begin with: a pool of the hospital or a case of the sources."""

    code: str
    name: str
    values: Values
    open_hours: float
    """A day."""
    open_days: float
    """A month."""
    case: QueueCase | None = None
    node: Mapping[Any, Any] | None = None


@dataclass(frozen=True)
class Asked:
    """A line as it is typed. None where a person has emptied the field or nothing was stated."""

    node: str
    arrivals: float | None
    minutes: float | None
    cv: float | None
    now: int | None
    asked: int | None
    within: int | None
    waiting: int | None
    demand: float | None
    each: float | None
    yearly: int | None
    """元 a year of one machine: depreciation and maintenance."""
    people: float | None
    wage: float | None
    """元 an hour."""
    opens: int | None
    hours: int | None
    days: int | None
    urgent: int | None
    """% of the patients."""
    seed: int | None
    shape: bool
    """Whether patients come by the hospital's own hours."""
    stays: bool
    """Whether who still waits at closing time is served."""

    def opening(self) -> Opening | None:
        """When the room is open; None while a number is missing."""
        if self.opens is None or not self.hours or not self.days:
            return None
        return Opening(self.opens, min(self.hours, 24 - self.opens), self.days, self.stays)

    def line(self, machines: int) -> Line | None:
        """Before so many machines; None while a number is missing."""
        if not self.arrivals or not self.minutes or self.cv is None:
            return None
        return Line(self.arrivals, 60 / self.minutes, machines, cv_service=self.cv)

    def backlog(self, machines: int) -> Backlog | None:
        if self.waiting is None or self.demand is None or not self.each:
            return None
        return Backlog(self.waiting, self.demand, self.each, machines)

    def cost_fen(self, start: Start) -> float:
        """A year of one more machine and who works it; NaN while a part is not known."""
        if self.yearly is None or self.people is None or (self.people and self.wage is None):
            return math.nan
        hours = start.open_hours * start.open_days * 12
        return (self.yearly + self.people * (self.wage or 0.0) * hours) * 100


def starts(shown: View) -> dict[str, Start]:
    """Every line that can be chosen, by code: pools first, then the cases."""
    return _starts(reads.facts_key(shown.scope), shown, language())


@kept(64)
def _starts(key: reads.Key, shown: View, in_language: str) -> dict[str, Start]:
    names, wage = reads.names(shown.scope), figures.wages(shown).get("technician")
    found = [_of_pool(node, names, wage) for node in figures.pools(shown)]
    yearly = {start.node["kind"]: start.values["yearly"] for start in found if start.node}
    found += [_of_case(case, wage, yearly.get(case.kind)) for case in figures.cases()]
    return {start.code: start for start in found}


def _shared(wage_fen: float | None, hours: float, days: float) -> Values:
    """What every line begins with; open so many hours a day, so many days a month."""
    wage = None if wage_fen is None else round(wage_fen / 100, 1)
    usual = opening_of(hours, days)
    week = {"opens": usual.start, "hours": usual.hours, "days": usual.days}
    others = {"cv": 1.0, "within": 30, "people": 1.0, "wage": wage, "urgent": 0, "seed": SEED}
    return others | week


def _of_pool(node: Mapping[Any, Any], names: dict[str, str], wage: float | None) -> Start:
    machines, yearly = int(node["machines"]), yearly_fixed(node)
    booked = node["exam_days"] * node["daily"]
    values = _shared(wage, node["open_hours"], node["open_days"]) | {
        "arrivals": max(round(node["arrivals"], 2), 0.01),
        "minutes": max(round(node["minutes"], 1), 0.1),
        "now": machines,
        "asked": max(machines + 1, math.floor(node["rho"] * machines) + 1),
        "waiting": None if math.isnan(booked) else round(booked),
        "demand": round(node["daily"], 1),
        "each": max(round(node["capacity"], 1), 0.1),
        "yearly": None if math.isnan(yearly) else round(yearly / 100),
    }
    name = f"{kind_of(node['kind'])} · {names.get(node['department'], node['department'])}"
    return Start(node["code"], name, values, node["open_hours"], node["open_days"], node=node)


def _of_case(case: QueueCase, wage: float | None, yearly: int | None) -> Start:
    values = _shared(wage, case.open_hours, case.open_days) | {
        "arrivals": case.arrivals,
        "minutes": case.minutes,
        "now": case.machines,
        "asked": case.asked,
        "waiting": round(case.waiting),
        "demand": case.demand,
        "each": case.per_machine,
        "yearly": yearly,
    }
    name = t("queues.case", name=pick(case.name.zh, case.name.en))
    return Start(CASE + case.code, name, values, case.open_hours, case.open_days, case=case)


def choose(options: dict[str, Start]) -> Start:
    """The line that is looked at; another one brings its own numbers."""
    adopt("node", NODE, lambda text: text if text in options else None)
    if st.session_state.get(NODE) not in options:
        st.session_state[NODE] = next(iter(options))
        _begin(options)
    code = st.selectbox(
        t("queues.node"),
        list(options),
        key=NODE,
        format_func=lambda one: options[one].name,
        on_change=partial(_begin, options),
        width=420,
    )
    publish(node=code)
    return options[code]


def _begin(options: dict[str, Start]) -> None:
    """The numbers of the line that was chosen."""
    for name, value in options[st.session_state[NODE]].values.items():
        st.session_state[_key(name)] = value


def _key(name: str) -> str:
    return f"{PAGE}_{name}"


def settle(start: Start) -> None:
    """Numbers of the address, else of the line, for fields that have none yet."""
    for name, field in FIELDS.items():
        adopt(field.parameter, _key(name), field.read)
        if _key(name) not in st.session_state:
            st.session_state[_key(name)] = start.values[name]
    for name in FLAGS:
        adopt(name, _key(name), lambda text: text != "0")
        st.session_state.setdefault(_key(name), True)


def asked(start: Start) -> Asked:
    """What stands in the fields, the hidden ones too; told to the address where it was changed."""
    values = {name: st.session_state.get(_key(name)) for name in FIELDS}
    publish(
        **{
            field.parameter: ""
            if (value := values[name]) is None or value == start.values[name]
            else field.write(value)
            for name, field in FIELDS.items()
        }
    )
    flags = {name: bool(st.session_state.get(_key(name), True)) for name in FLAGS}
    publish(**{name: "" if on else "0" for name, on in flags.items()})
    return Asked(start.code, **values, **flags)


def number_of(name: str, hint: str = "") -> None:
    """One field."""
    FIELDS[name].draw(t(f"queues.field.{name}"), _key(name), hint)


def flag_of(name: str, possible: bool) -> bool:
    """One switch; one that cannot be chosen is off, and what was chosen before is kept."""
    label, hint = t(f"queues.week.{name}"), t(f"queues.week.{name}.help")
    if not possible:
        return st.toggle(label, value=False, disabled=True, key=_key(f"{name}_none"), help=hint)
    return st.toggle(label, key=_key(name), help=hint)


def keep(names: tuple[str, ...]) -> None:
    """Streamlit forgets a field that is not drawn in a run: its value is written back."""
    for name in names:
        if _key(name) in st.session_state:
            st.session_state[_key(name)] = st.session_state[_key(name)]


def content(told: Asked) -> Values:
    """What a saved what-if holds."""
    return asdict(told)


def of_content(told: Mapping[str, Any]) -> Asked:
    """The what-if of a saved one; DefinitionError where it cannot be read."""
    values = {name: told.get(name) for name in FIELDS}
    wrong = [
        name
        for name, value in values.items()
        if value is not None
        and (not isinstance(value, int | float) or FIELDS[name].read(str(value)) is None)
    ]
    if wrong or not isinstance(told.get("node"), str):
        raise DefinitionError([f"{name}: {values.get(name)}" for name in wrong or ["node"]])
    flags = {name: bool(told.get(name, True)) for name in FLAGS}
    return Asked(told["node"], **values, **flags)


def show(told: Mapping[str, Any]) -> None:
    """Put a saved what-if into the fields."""
    found = of_content(told)
    st.session_state[NODE] = found.node
    for name in (*FIELDS, *FLAGS):
        st.session_state[_key(name)] = getattr(found, name)
        if name in FIELDS and name not in told:  # saved before the page had this field
            del st.session_state[_key(name)]
