"""The changes of the sandbox: a card each, whose widgets say what would be different."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.costing.changes import Scenario, told
from core.formats import money, month_name, number
from core.words import has, language, t
from pages.shared import costing_reads, reads, sandbox_reads
from pages.shared.phrases import plain
from pages.shared.scope import View

MOST = 8
"""At most so many changes on one screen."""
KINDS = (
    *("volume", "price", "price_cut", "wages", "cost", "stay", "payment", "move"),
    *("quantity", "driver", "method", "outsource", "close", "merge"),
)
BOUNDS = {
    "volume": (-50, 50, 5),
    "price": (-30, 30, 5),
    "price_cut": (0, 90, 20),
    "wages": (-20, 30, 5),
    "cost": (-50, 50, -5),
    "stay": (-40, 20, -10),
    "payment": (-20, 20, -3),
}
"""Ends of the sliders in %, and where they begin."""
GOODS = ("material", "drug")
SETTINGS = ("", "outpatient", "inpatient")
MONEY = {"zh": 1e4, "en": 1e3}
"""元 in the unit that amounts are typed in."""
Content = dict[str, Any]
_LIST, _NEXT, METHOD = "sandbox_changes", "sandbox_next", "sandbox_method"


def entries() -> list[dict[str, Any]]:
    """The changes on screen: id and content, in the order in which they were added."""
    return st.session_state.setdefault(_LIST, [])


def add(content: Content) -> None:
    number_ = st.session_state.get(_NEXT, 0)
    st.session_state[_NEXT] = number_ + 1
    entries().append({"id": number_, "content": content})


def open_scenario(scenario: Scenario) -> None:
    """Put a scenario's changes on the screen in place of those that were there."""
    entries().clear()
    st.session_state[METHOD] = scenario.method
    for change in scenario.changes:
        add(told(change))


def replace_percent(place: int, percent: float) -> None:
    """The same change with another percent: a card of its own, so that its slider begins there."""
    content = entries()[place]["content"] | {"percent": percent}
    number_ = st.session_state.get(_NEXT, 0)
    st.session_state[_NEXT] = number_ + 1
    entries()[place] = {"id": number_, "content": content}


def editor(shown: View) -> None:
    """The cards, and a way to add one."""
    for place, entry in enumerate(list(entries())):
        with st.container(border=True, key=f"sandbox_card_{entry['id']}"):
            title, away = st.columns([6, 1], vertical_alignment="center", gap="small")
            title.markdown(f"**{place + 1} · {t('sandbox.kind.' + entry['content']['kind'])}**")
            away.button(
                "",
                icon=":material/close:",
                key=f"sandbox_away_{entry['id']}",
                help=t("sandbox.away"),
                on_click=_take_away,
                args=(entry["id"],),
                type="tertiary",
            )
            draw = _EDITORS[entry["content"]["kind"]]
            entry["content"] = {"kind": entry["content"]["kind"], **draw(shown, entry)}
    _adding(shown)


def _take_away(number_: int) -> None:
    st.session_state[_LIST] = [one for one in entries() if one["id"] != number_]


def _adding(shown: View) -> None:
    if len(entries()) >= MOST:
        st.caption(t("sandbox.most", most=MOST))
        return
    kind = st.selectbox(
        t("sandbox.add"),
        KINDS,
        index=None,
        placeholder=t("sandbox.add.choose"),
        format_func=lambda code: t(f"sandbox.kind.{code}"),
        key=f"sandbox_add_{st.session_state.get(_NEXT, 0)}",
    )
    if kind is not None:
        add({"kind": kind, **_first(shown, kind)})
        st.rerun()


def _first(shown: View, kind: str) -> Content:
    """What a new change says before anybody moved anything."""
    departments = (shown.department,) if shown.department else ()
    if kind in BOUNDS:
        own = {"percent": BOUNDS[kind][2]}
        named = departments if _fits(shown, departments, kind) else ()
        return own | {"departments": named} | ({"goods": GOODS[0]} if kind == "price_cut" else {})
    return {"method": "direct"} if kind == "method" else {}


def _fits(shown: View, departments: tuple[str, ...], kind: str) -> bool:
    return set(departments) <= set(_codes(shown, *(_EARNING if kind in _BY_INCOME else ())))


_EARNING = ("clinical",)
_SUPPORTS = ("medical_tech", "medical_aux", "admin")
_BY_INCOME = ("volume", "price", "price_cut", "stay", "payment")


def _codes(shown: View, *categories: str) -> list[str]:
    rows = reads.departments(shown.scope)
    pairs = zip(rows["department"], rows["category"], strict=True)
    return [code for code, own in pairs if not categories or own in categories]


def _named(shown: View) -> Callable[[str], str]:
    names = costing_reads.names(shown).departments
    return lambda code: names.get(code, code)


def _percent(shown: View, entry: Mapping[str, Any]) -> Content:
    """A slider, and whom it concerns; what else the kind asks."""
    content, number_ = entry["content"], entry["id"]
    kind = content["kind"]
    low, high, first = BOUNDS[kind]
    value = float(content.get("percent", first))
    percent = st.slider(
        t(f"sandbox.percent.{kind}"),
        *(min(float(low), value), max(float(high), value), value, 0.5),
        format="%.1f%%" if kind == "price_cut" else "%+.1f%%",
        key=f"sandbox_percent_{number_}",
    )
    found: Content = {"percent": percent}
    found |= _extras(shown, entry)
    categories = _EARNING if kind in _BY_INCOME else ()
    codes = _codes(shown, *categories)
    found["departments"] = tuple(
        st.multiselect(
            t("sandbox.departments"),
            codes,
            default=[one for one in content.get("departments", ()) if one in codes],
            format_func=_named(shown),
            placeholder=t("sandbox.departments.all"),
            key=f"sandbox_departments_{number_}",
        )
    )
    return found


def _extras(shown: View, entry: Mapping[str, Any]) -> Content:
    """What a kind asks besides: which goods, fees, costs or patients."""
    if entry["content"]["kind"] == "price_cut":
        return {"goods": _segment(entry, "goods", GOODS, "sandbox.cost")}
    if entry["content"]["kind"] == "volume":
        return {"setting": _segment(entry, "setting", SETTINGS, "sandbox.setting")}
    facts = sandbox_reads.facts(shown, shown.month)
    if entry["content"]["kind"] == "price":
        codes = sorted(set(facts.income["category"]))
        return {"categories": _several(entry, "categories", codes, "sandbox.category")}
    if entry["content"]["kind"] == "cost":
        return {"kinds": _several(entry, "kinds", sorted(set(facts.cost["kind"])), "sandbox.cost")}
    return {}


def _segment(entry: Mapping[str, Any], name: str, codes: tuple[str, ...], words: str) -> str:
    found = st.segmented_control(
        t(f"sandbox.{name}"),
        codes,
        default=entry["content"].get(name, codes[0]),
        required=True,
        format_func=lambda code: t(f"{words}.{code or 'both'}"),
        key=f"sandbox_{name}_{entry['id']}",
    )
    return codes[0] if found is None else found


def _several(entry: Mapping[str, Any], name: str, codes: list[str], words: str) -> tuple[str, ...]:
    found = st.multiselect(
        t(f"sandbox.{name}"),
        codes,
        default=[one for one in entry["content"].get(name, ()) if one in codes],
        format_func=lambda code: t(f"{words}.{code}"),
        placeholder=t("sandbox.all"),
        key=f"sandbox_{name}_{entry['id']}",
    )
    return tuple(found)


def _pick(
    shown: View, entry: Mapping[str, Any], name: str, codes: list[str], other: str = ""
) -> str:
    """One department; the first but `other` where nothing was chosen yet."""
    chosen = entry["content"].get(name, "")
    first = shown.department if shown.department in codes and shown.department != other else ""
    rest = next((code for code in codes if code != other), codes[0])
    start = chosen if chosen in codes else first or rest
    return (
        st.selectbox(
            t(f"sandbox.{name}"),
            codes,
            index=codes.index(start),
            format_func=_named(shown),
            key=f"sandbox_{name}_{entry['id']}",
        )
        or codes[0]
    )


def _move(shown: View, entry: Mapping[str, Any]) -> Content:
    codes = _codes(shown)
    origin = _pick(shown, entry, "from", codes)
    target = _pick(shown, entry, "to", codes, origin)
    persons = st.number_input(
        t("sandbox.persons"),
        min_value=1.0,
        step=1.0,
        value=float(entry["content"].get("persons", 2)),
        format="%.0f",
        key=f"sandbox_persons_{entry['id']}",
    )
    return {"from": origin, "to": target, "persons": persons}


def _merge(shown: View, entry: Mapping[str, Any]) -> Content:
    codes = _codes(shown, *_EARNING)
    origin = _pick(shown, entry, "from", codes)
    return {"from": origin, "to": _pick(shown, entry, "to", codes, origin)}


def _quantity(shown: View, entry: Mapping[str, Any]) -> Content:
    stated = sandbox_reads.facts(shown, shown.month).stated
    roles = [name for name in sorted(set(stated["driver"])) if has(f"costing.driver.{name}")]
    before = entry["content"].get("driver", "floor_area")
    driver = st.selectbox(
        t("sandbox.driver"),
        roles,
        index=roles.index(before) if before in roles else 0,
        format_func=lambda code: t(f"costing.driver.{code}"),
        key=f"sandbox_driver_{entry['id']}",
    )
    own = _pick(shown, entry, "department", _codes(shown))
    there = stated[(stated["driver"] == driver) & (stated["department"] == own)]["quantity"].sum()
    quantity = st.number_input(
        t("sandbox.quantity"),
        min_value=0.0,
        value=float(entry["content"].get("quantity", there)),
        help=t("sandbox.quantity.now", now=number(float(there), 1)),
        key=f"sandbox_quantity_{entry['id']}_{own}_{driver}",
    )
    return {"driver": driver or roles[0], "department": own, "quantity": quantity}


DRIVERS = ("headcount", "floor_area", "income_performed", "income_ordered", "services")


def _driver(shown: View, entry: Mapping[str, Any]) -> Content:
    own = _pick(shown, entry, "department", _codes(shown, *_SUPPORTS))
    before = entry["content"].get("drivers", DRIVERS[1:2])[0]
    known = [*DRIVERS, *({before} - set(DRIVERS))]
    driver = st.selectbox(
        t("sandbox.by"),
        known,
        index=known.index(before),
        format_func=lambda code: t(f"costing.driver.{code}"),
        key=f"sandbox_by_{entry['id']}",
    )
    reason = st.text_input(
        t("sandbox.reason"),
        entry["content"].get("reason", t("sandbox.reason.first")),
        max_chars=100,
        key=f"sandbox_reason_{entry['id']}",
    )
    return {
        "department": own,
        "drivers": (driver,),
        "reason": (reason or "").strip() or t("sandbox.reason.first"),
    }


def _switch(shown: View, entry: Mapping[str, Any]) -> Content:
    content, number_ = entry["content"], entry["id"]
    methods = costing_reads.SHOWN
    method = st.selectbox(
        t("allocation.method"),
        methods,
        index=methods.index(content.get("method", "direct")),
        format_func=lambda code: t(f"costing.method.{code}"),
        key=f"sandbox_method_{number_}",
    )
    if method not in ("step_down", "double_step_down"):
        return {"method": method}
    codes = _codes(shown, *_SUPPORTS)
    order = st.multiselect(
        t("sandbox.order"),
        codes,
        default=[one for one in content.get("order", ()) if one in codes],
        format_func=_named(shown),
        placeholder=t("sandbox.order.rule"),
        key=f"sandbox_order_{number_}",
    )
    return {"method": method, "order": tuple(order)}


def _staff(entry: Mapping[str, Any], first: str) -> str:
    choices = ("leaves", "stays")
    return (
        st.segmented_control(
            t("sandbox.staff"),
            choices,
            default=entry["content"].get("staff", first),
            required=True,
            format_func=lambda code: t(f"sandbox.staff.{code}"),
            key=f"sandbox_staff_{entry['id']}",
        )
        or first
    )


def _outsource(shown: View, entry: Mapping[str, Any]) -> Content:
    own = _pick(shown, entry, "department", _codes(shown, *_SUPPORTS))
    unit = MONEY[language()]
    fee = st.number_input(
        t("sandbox.fee", unit=t("sandbox.unit")),
        min_value=0.0,
        step=1.0,
        value=float(entry["content"].get("fee_yuan", 0.0)) / unit,
        key=f"sandbox_fee_{entry['id']}",
    )
    found = sandbox_reads.terms(shown, own)
    st.caption(
        plain(
            t(
                "sandbox.terms",
                month=month_name(shown.month),
                avoidable=money(found.avoidable_cost),
                share=f"{found.external_units:.1%}",
            )
        )
    )
    return {"department": own, "fee_yuan": fee * unit, "staff": _staff(entry, "leaves")}


def _close(shown: View, entry: Mapping[str, Any]) -> Content:
    own = _pick(shown, entry, "department", _codes(shown, *_EARNING))
    return {"department": own, "staff": _staff(entry, "stays")}


_EDITORS: dict[str, Callable[[View, Mapping[str, Any]], Content]] = {
    **dict.fromkeys(BOUNDS, _percent),
    "move": _move,
    "merge": _merge,
    "quantity": _quantity,
    "driver": _driver,
    "method": _switch,
    "outsource": _outsource,
    "close": _close,
}
