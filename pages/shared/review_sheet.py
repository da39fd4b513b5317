"""The sheet of the person who acts: every item with its anchors in view, handed in at once.

What is not handed in yet stands in this browser session alone, under the name of who scores;
when another person acts here, it is gone.
"""

from __future__ import annotations

import streamlit as st

from core.planning.reviews.model import Round, Sheet
from core.planning.reviews.records import LONGEST_NOTE, submit
from core.planning.rubric import Criterion, Item
from core.words import pick, t
from pages.shared import plan_parts, plan_reads, review_reads
from pages.shared.long_text import long_text
from pages.shared.page import problems
from pages.shared.phrases import plain
from pages.shared.scope import View
from pages.shared.session import actor, store, today

PAGE = "planning_reviews"
SCORES = (1, 2, 3, 4, 5)
_DRAFT, _REMARK = "review_draft", "remark"


def _draft(one: Round, who: str) -> dict[str, int | str]:
    """What this person typed of this turn; another person's is dropped."""
    owner = (who, one.id, one.turn)
    kept = st.session_state.get(_DRAFT)
    if kept is None or kept[0] != owner:
        for name in [name for name in st.session_state if str(name).startswith("score_")]:
            del st.session_state[name]
        kept = (owner, {})
        st.session_state[_DRAFT] = kept
    return kept[1]


def forget_others() -> None:
    """Drop what another person than the one who acts has typed, wherever this page is open."""
    kept = st.session_state.get(_DRAFT)
    if kept is not None and kept[0][0] != actor(PAGE).name:
        for name in [name for name in st.session_state if str(name).startswith("score_")]:
            del st.session_state[name]
        del st.session_state[_DRAFT]


def draw(shown: View, one: Round) -> None:
    """Who is still waited for; the sheet of the person who acts, if he judges and has not yet."""
    given = review_reads.handed_in(shown, one)
    done = [name for name in one.judging if (name, one.turn) in given]
    st.markdown(t("reviews.in", done=len(done), count=len(one.judging)))
    if one.due and one.turn == 1:
        st.caption(_due(one.due))
    _people(one, done)
    who = actor(PAGE).name
    if who in done:
        st.success(t("reviews.sheet.done", who=plain(who)), icon=":material/check_circle:")
        return
    if who not in one.judging:
        conflict = next((m.conflict for m in one.members if m.name == who), "")
        said = "reviews.sheet.conflict" if conflict else "reviews.sheet.other"
        st.info(t(said, who=plain(who), why=plain(conflict)), icon=":material/person_off:")
        return
    st.markdown(f"**{t('reviews.sheet.of', who=plain(who))}**")
    st.caption(t("reviews.sheet.blind"))
    _checks(shown, one)
    _sheet(shown, one, who)


def _due(due: int) -> str:
    """Until when, and whether that day is over."""
    day = f"{due // 10_000:04d}-{due // 100 % 100:02d}-{due % 100:02d}"
    late = day < today().isoformat()
    return t("reviews.due.over" if late else "reviews.due", day=day)


def _people(one: Round, done: list[str]) -> None:
    told = [f"{'●' if name in done else '○'} {plain(name)}" for name in one.judging]
    out = [
        t("reviews.left_out", name=plain(member.name), why=plain(member.conflict))
        for member in one.members
        if member.conflict
    ]
    everyone = "\u2003".join((*told, *out))
    st.markdown(f":small[{everyone}]")


def _checks(shown: View, one: Round) -> None:
    """What the automatic checks say: a reviewer sees it, it scores nothing."""
    judged = plan_reads.judged(shown, review_reads.plan_of(shown, one))
    caps = plan_parts.caps_lines(judged)
    with st.expander(t("reviews.sheet.checks", count=len(caps)), icon=":material/rule:"):
        for line in caps:
            st.markdown(f":small[{plain(line)}]")
        if not caps:
            st.write(t("goals.caps.none"))


def _sheet(shown: View, one: Round, who: str) -> None:
    draft = _draft(one, who)
    for criterion in plan_reads.rubric().criterion:
        name = pick(criterion.name.zh, criterion.name.en)
        weight = one.weights[criterion.code]
        st.markdown(f"##### {t('reviews.criterion', name=name, weight=f'{weight:g}')}")
        if one.form == "quick":
            _quick(criterion, draft)
            continue
        for item in criterion.item:
            _item(item, draft)
    st.session_state.setdefault("score_remark", draft.get(_REMARK, ""))
    remark = long_text(t("reviews.remark"), "", LONGEST_NOTE, key="score_remark")
    draft[_REMARK] = remark
    scores = {code: float(value) for code, value in draft.items() if code != _REMARK}
    wanted = review_reads.codes(one.form)
    left = len(wanted) - len(scores)
    if left:
        st.caption(t("reviews.left", left=left))
    if st.button(t("reviews.submit"), type="primary", icon=":material/send:", disabled=not scores):
        with problems():
            sheet = Sheet(who, one.turn, scores, remark)
            submit(store(), actor(PAGE), (shown.hospital_id, one.id), sheet, wanted)
            st.session_state.pop(_DRAFT, None)
            st.rerun()


def _item(item: Item, draft: dict) -> None:
    """Name, the three anchors, the score."""
    anchors = [(1, item.a1), (3, item.a3), (5, item.a5)]
    told = "\u2003".join(f"**{at}** {plain(pick(one.zh, one.en))}" for at, one in anchors)
    name = pick(item.name.zh, item.name.en)
    st.markdown(f"{name}  \n:small[:gray[{told}]]")
    _score(item.code, name, draft)


def _quick(criterion: Criterion, draft: dict) -> None:
    told = [pick(item.name.zh, item.name.en) for item in criterion.item]
    st.markdown(f":small[:gray[{plain('、'.join(told))}]]")
    _score(criterion.code, pick(criterion.name.zh, criterion.name.en), draft)


def _score(code: str, name: str, draft: dict) -> None:
    key = f"score_{code}"
    if key not in st.session_state:
        st.session_state[key] = draft.get(code)
    given = st.segmented_control(
        name,
        (*SCORES, 0),
        key=key,
        label_visibility="collapsed",
        format_func=lambda one: str(one) if one else t("reviews.score.none"),
    )
    if given is None:
        draft.pop(code, None)
    else:
        draft[code] = given
