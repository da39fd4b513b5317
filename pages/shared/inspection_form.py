"""One form on a tablet: every answer is stored as it is given; two people may fill it at once.

Each item has its own version. What another person stored meanwhile appears with the next run;
where both answered the same item, both answers are shown and one of them is chosen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from core.control.checklists import Item
from core.control.inspections.editing import Template
from core.control.inspections.records import (
    LONGEST_NOTE,
    OFF_HOURS,
    Saved,
    answers_of,
    mark_off_hours,
    save_answer,
    submit,
)
from core.control.scoring import Answer, scorecard, unchecked
from core.errors import ConflictError, JingguanError
from core.formats import number
from core.words import pick, t
from pages.shared.inspection_reads import grade_word
from pages.shared.long_text import long_text
from pages.shared.page import problems
from pages.shared.phrases import COLOURS, SHAPES, complaint, plain
from pages.shared.quality_parts import joined
from pages.shared.session import actor, store

PAGE = "control_inspections"
RESULTS = ("met", "partly", "unmet", "na", "unchecked")
FAULTY = ("partly", "unmet")
FIELDS = ("result", "defects", "vetoed", "note")
Form = dict[str, Any]


def _key(form_id: int, code: str, field: str) -> str:
    return f"inspection_{form_id}_{code}_{field}"


def _memory(form_id: int, name: str) -> dict[str, Any]:
    """What the session remembers of a form: seen (as shown), clash (mine, theirs), fault."""
    return st.session_state.setdefault(f"inspection_{form_id}_{name}", {})


def draw(form: Form, template: Template) -> None:
    """The items to answer, what is still unchecked, and the way to submit."""
    form_id = int(form["id"])
    stored = answers_of(store(), int(form["hospital_id"]), form_id)
    _take_over(form_id, template, stored)
    if _catch_up(form, template, stored):
        stored = answers_of(store(), int(form["hospital_id"]), form_id)
        _take_over(form_id, template, stored)
    items = template.sheet.items
    answers = {code: saved.answer for code, saved in stored.items()}
    left = unchecked(template.sheet, answers)
    done = len(items) - len(left)
    st.progress(done / len(items), text=t("inspections.form.progress", done=done, of=len(items)))
    _off_hours(form)
    for item in items:
        _item(form, item, stored.get(item.code, Saved(Answer())))
    _foot(form, template, answers, left)


def _take_over(form_id: int, template: Template, stored: dict[str, Saved]) -> None:
    """Widgets show what is stored, unless this session has just said so itself."""
    seen = _memory(form_id, "seen")
    for item in template.sheet.items:
        now = stored.get(item.code, Saved(Answer()))
        known = seen.get(item.code)
        fresh = _key(form_id, item.code, "result") not in st.session_state
        anew = _memory(form_id, "anew").pop(item.code, False)
        if fresh or anew or known is None or known.version != now.version:
            values = (now.answer.result, now.answer.defects, now.answer.vetoed, now.note)
            for field, value in zip(FIELDS, values, strict=True):
                st.session_state[_key(form_id, item.code, field)] = value
            seen[item.code] = now


def _catch_up(form: Form, template: Template, stored: dict[str, Saved]) -> bool:
    """A click that came while the page was being drawn for the one before may stand on the screen
    without having reached us. Of an item that nobody has answered it is stored now; of any other
    the screen is set to what is stored. Whether anything was stored.
    """
    form_id, found = int(form["id"]), False
    for item in template.sheet.items:
        shown = st.session_state.get(_key(form_id, item.code, "result"))
        now = stored.get(item.code, Saved(Answer()))
        waiting = any(item.code in _memory(form_id, name) for name in ("clash", "fault"))
        if shown not in RESULTS or shown == now.answer.result or waiting:
            continue
        if now.version:
            st.session_state[_key(form_id, item.code, "result")] = now.answer.result
        else:
            _changed(form, item)
            found = True
    return found


def _off_hours(form: Form) -> None:
    """Whether it is filled by night or on a holiday."""
    key = f"inspection_{form['id']}_off_hours"
    st.session_state.setdefault(key, form["off_hours"])
    st.segmented_control(
        t("inspections.off_hours"),
        OFF_HOURS,
        key=key,
        format_func=lambda code: t(f"inspections.off_hours.{code or 'day'}"),
        required=True,
        on_change=_mark,
        args=(form, key),
    )


def _mark(form: Form, key: str) -> None:
    chosen = st.session_state.get(key) or ""
    try:
        mark_off_hours(store(), actor(PAGE), form["hospital_id"], form["id"], chosen)
    except JingguanError as error:
        _memory(form["id"], "fault")[""] = complaint(error)


def _item(form: Form, item: Item, stored: Saved) -> None:
    form_id = int(form["id"])
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(item.code)}** {plain(item.text)}  \n:small[:gray[{_rule(item)}]]")
        st.segmented_control(
            plain(f"{item.code} {t('inspections.form.answer')}"),
            RESULTS,
            key=_key(form_id, item.code, "result"),
            format_func=lambda code: t(f"inspections.result.{code}"),
            required=True,
            label_visibility="collapsed",
            width="stretch",
            on_change=_changed,
            args=(form, item),
        )
        if st.session_state[_key(form_id, item.code, "result")] in FAULTY:
            _details(form, item)
        # a line from the start: one that came with the answer would move what is pressed next
        by = (
            t("inspections.form.by", who=stored.who)
            if stored.version
            else t("inspections.form.nobody")
        )
        st.caption(plain(by))
        _trouble(form, item)


def _rule(item: Item) -> str:
    """Points, what a defect costs, where to look."""
    told = t(
        "inspections.form.rule",
        weight=number(item.weight, 0),
        per=number(item.deduct.per, 0),
        most=number(item.deduct.most, 0),
    )
    look = [t("inspections.form.look", evidence=item.evidence)] if item.evidence else []
    return plain(joined([told, *look]))


def _details(form: Form, item: Item) -> None:
    """How many defects, whether the veto was seen, a note."""
    form_id = int(form["id"])
    with st.grid(2, min_column_width=200, gap="small"):
        st.number_input(
            t("inspections.form.defects"),
            min_value=0,
            max_value=99,
            value=None,
            step=1,
            key=_key(form_id, item.code, "defects"),
            on_change=_changed,
            args=(form, item),
        )
        long_text(
            t("inspections.form.note"),
            "",
            LONGEST_NOTE,
            line=True,
            key=_key(form_id, item.code, "note"),
            on_change=_changed,
            args=(form, item),
        )
    if item.veto:
        told = t("inspections.form.veto", when=item.veto.when, cap=grade_word(item.veto.cap))
        st.checkbox(
            plain(told),
            key=_key(form_id, item.code, "vetoed"),
            on_change=_changed,
            args=(form, item),
        )


def _typed(form_id: int, item: Item) -> Saved:
    """What the widgets of an item say, on the version that was shown."""
    values = {field: st.session_state.get(_key(form_id, item.code, field)) for field in FIELDS}
    result = values["result"] or "unchecked"
    known: Saved = _memory(form_id, "seen")[item.code]
    if result not in FAULTY:
        return Saved(Answer(result), values["note"] or "", version=known.version)
    defects, vetoed = values["defects"], bool(values["vetoed"])
    if result == "partly" and not defects and known.answer.result != "partly":
        defects = 1  # 部分 is one defect until somebody counts
    answer = Answer(result, int(defects) if defects else None, vetoed)
    return Saved(answer, values["note"] or "", version=known.version)


def _changed(form: Form, item: Item) -> None:
    """Called by a widget: store the answer at once."""
    _store(form, item, _typed(int(form["id"]), item))


def _store(form: Form, item: Item, mine: Saved) -> None:
    form_id = int(form["id"])
    for name in ("clash", "fault"):
        _memory(form_id, name).pop(item.code, None)
    try:
        place = (form_id, item.code)
        kept = save_answer(store(), actor(PAGE), form["hospital_id"], place, mine)
        if kept.version != mine.version:  # our own change is nobody else's
            _count_own(form_id)
        _memory(form_id, "seen")[item.code] = kept
        _memory(form_id, "anew")[item.code] = True
    except ConflictError as error:
        told: Any = error.fields["stored"]
        theirs = Answer(told["result"], told["defects"], told["vetoed"])
        found = Saved(theirs, told["note"], told["who"], told["version"])
        _memory(form_id, "clash")[item.code] = (mine, found)
    except JingguanError as error:
        _memory(form_id, "fault")[item.code] = complaint(error)


def _count_own(form_id: int) -> None:
    """The form has moved on by what this session stored: that is no surprise when it submits."""
    memory = _memory(form_id, "shown")
    if "revision" in memory:
        memory["revision"] += 1


def _trouble(form: Form, item: Item) -> None:
    """Two answers to choose from, or why the answer is not stored."""
    form_id = int(form["id"])
    fault = _memory(form_id, "fault").get(item.code)
    if fault:
        st.error(fault, icon=":material/error:")
        st.button(
            t("inspections.form.again"),
            key=_key(form_id, item.code, "again"),
            on_click=_changed,
            args=(form, item),
        )
    clash = _memory(form_id, "clash").get(item.code)
    if not clash:
        return
    mine, theirs = clash
    st.warning(
        plain(t("inspections.form.clash", who=theirs.who, theirs=told(theirs), mine=told(mine))),
        icon=":material/group:",
    )
    with st.container(horizontal=True):
        st.button(
            t("inspections.form.mine"),
            key=_key(form_id, item.code, "mine"),
            on_click=_store,
            args=(form, item, replace(mine, version=theirs.version)),
        )
        st.button(
            t("inspections.form.theirs"),
            key=_key(form_id, item.code, "theirs"),
            on_click=lambda: _memory(form_id, "clash").pop(item.code, None),
        )


def told(saved: Saved) -> str:
    """部分，2 处，否决；note."""
    parts = [t(f"inspections.result.{saved.answer.result}")]
    if saved.answer.defects:
        parts.append(t("inspections.form.count", count=saved.answer.defects))
    if saved.answer.vetoed:
        parts.append(t("inspections.vetoed"))
    if saved.note:
        parts.append(saved.note)
    return pick("，", ", ").join(parts)


def _foot(
    form: Form, template: Template, answers: dict[str, Answer], left: tuple[str, ...]
) -> None:
    """What it would come to, and the button; while an item is unchecked nothing is submitted."""
    general = _memory(form["id"], "fault").get("")
    if general:
        st.error(general, icon=":material/error:")
    if left:
        st.info(
            t("inspections.form.left", count=len(left), items=plain("、".join(left))),
            icon=":material/pending:",
        )
    else:
        with problems():
            card = scorecard(template.sheet, template.scale, answers)
            st.markdown(f"**{plain(score_line(card.score, card.grade or '', card.reasons))}**")
    memory = _memory(form["id"], "shown")
    seen, memory["revision"] = memory.get("revision", form["revision"]), form["revision"]
    if st.button(
        t("inspections.form.submit"),
        type="primary",
        icon=":material/task_alt:",
        disabled=bool(left),
        key=f"inspection_{form['id']}_submit",
    ):
        with problems():
            submit(store(), actor(PAGE), form["hospital_id"], form["id"], int(seen))
            st.rerun()


def score_line(score: float, grade: str, reasons: tuple[str, ...] = ()) -> str:
    """88.0 分，乙；否决：缺入院记录."""
    if not grade:
        return t("inspections.form.nothing_applies")
    line = t("inspections.form.score", score=number(score, 1), grade=grade_word(grade))
    if reasons:
        line += t("inspections.form.reason", reasons="；".join(reasons))
    return line


def grade_mark(grade: str, own: str, names: tuple[str, ...]) -> str:
    """The grade with colour, shape and word; a capped one says so."""
    place = names.index(grade) if grade in names else len(names) - 1
    state = "good" if place == 0 else "bad" if place == len(names) - 1 else "watch"
    word = grade_word(grade)
    if own and own != grade:
        word = t("inspections.grade.capped", grade=word, own=grade_word(own))
    return f":{COLOURS[state]}[{SHAPES[state]} {plain(word)}]"
