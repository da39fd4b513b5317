"""The result of a round: score, agreement, what was talked over, first and second scores."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts.planning import scores_chart
from core.charts.theme import palette
from core.formats import listed, number, signed
from core.planning.reviews.model import Round
from core.planning.reviews.records import LONGEST_NOTE, add_note, release, score_again
from core.planning.reviews.results import Result
from core.planning.rubric import MOST
from core.reports.plans.review import agreement_words, document, improvement_words, score_lines
from core.words import language, pick, t
from pages.shared import plan_reads, review_reads
from pages.shared.hospital_reads import key
from pages.shared.kept import kept
from pages.shared.long_text import long_text
from pages.shared.page import dark, problems, table
from pages.shared.phrases import plain, sourced
from pages.shared.pictures import plain_spec
from pages.shared.plan_export import buttons
from pages.shared.review_reads import any_month, item_name
from pages.shared.scope import View
from pages.shared.session import actor, store

PAGE = "planning_reviews"
COLOURS = {"excellent": "blue", "good": "blue", "fair": "orange", "revise": "orange"}
AGREED = {"low": "red", "fair": "orange", "good": "blue", "excellent": "blue", "unknown": "gray"}


def headline(shown: View, one: Round, found: Result | None) -> str:
    """How the round stands: who is waited for, or score, grade and the cheapest improvement."""
    plan = plain(review_reads.plan_of(shown, one).name)
    if found is None:
        given = review_reads.handed_in(shown, one)
        done = sum((name, 1) in given for name in one.judging)
        return t("reviews.headline.open", plan=plan, done=done, count=len(one.judging))
    said = t(
        "reviews.headline",
        plan=plan,
        score=number(found.score, 1),
        grade=t(f"reviews.grade.{found.grade}"),
        level=t(f"reviews.agreed.{found.agreement.level}"),
    )
    if found.improvements:
        said += t("reviews.headline.first", first=plain(_improved(found.improvements[0])))
    return said


def _improved(one) -> str:
    return improvement_words(one, plan_reads.rubric())


def cards(one: Round, found: Result) -> None:
    """Score with its grade, before the caps, agreement, who judged."""
    level = found.agreement.level
    lost = found.uncapped - found.score
    grade = t(f"reviews.grade.{found.grade}")
    told = (
        ("score", number(found.score, 1), f":{COLOURS.get(found.grade, 'red')}[{grade}]"),
        ("uncapped", number(found.uncapped, 1), t("reviews.card.lost", lost=number(lost, 1))),
        ("agreed", _main(found), f":{AGREED[level]}[{t(f'reviews.agreed.{level}')}]"),
        ("people", number(len(one.judging)), t("reviews.card.people.said", out=_left_out(one))),
    )
    with st.grid(4, min_column_width=180, gap="small"):
        for name, value, words in told:
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(t(f"reviews.card.{name}"), value)
                st.markdown(f":small[{words}]")


def _left_out(one: Round) -> int:
    return sum(bool(member.conflict) for member in one.members)


def _main(found: Result) -> str:
    one = found.agreement
    return number(one.alpha if one.decides == "alpha" else one.icc, 2)


def result_tab(shown: View, one: Round, found: Result) -> None:
    """By sub-item: mean, cap, points; strengths and the three cheapest improvements."""
    turn = 2 if review_reads.sheets(shown, one, 2) else 1
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{t('reviews.improvements')}**")
        for improvement in found.improvements:
            st.markdown(f"- {plain(_improved(improvement))}")
    with right:
        st.markdown(f"**{t('reviews.strengths')}**")
        for code in found.strengths:
            st.markdown(f"- {item_name(code)}")
        if not found.strengths:
            st.caption(t("reviews.strengths.none"))
    _picture(shown, one, found, turn)
    table(score_lines(found, plan_reads.rubric()), t("reviews.tab.result"))
    st.caption(plain(t("reviews.caps.live")))
    _files(shown, one, found)


def _picture(shown: View, one: Round, found: Result, turn: int) -> None:
    given = review_reads.sheets(shown, one, turn)
    alt = t("reviews.chart.alt", count=len(given), apart=len(found.apart))
    looks = (language(), dark())
    st.caption(t("reviews.chart.how"))
    st.vega_lite_chart(_drawn(key(), any_month(shown), one.id, turn, looks), alt=alt)
    st.caption(sourced(t("reviews.chart.unit"), t("reviews.source", name=one.name)))


@kept(16)
def _drawn(
    of: tuple[Any, ...], shown: View, round_id: int, turn: int, looks: tuple[str, bool]
) -> dict[str, Any]:
    one = next(each for each in review_reads.rounds(shown) if each.id == round_id)
    given, found = review_reads.sheets(shown, one, turn), review_reads.result_of(shown, one, turn)
    rows = [
        {
            "name": item_name(result.code),
            "who": sheet.name,
            "score": sheet.scores[result.code],
            "mean": result.mean,
            "cap": result.cap,
            "said": f"{sheet.name} {sheet.scores[result.code]:g}",
        }
        for result in (found.items if found else ())
        for sheet in given
        if result.code in sheet.scores
    ]
    return plain_spec(scores_chart(pd.DataFrame(rows), palette(looks[1])))


def _files(shown: View, one: Round, found: Result) -> None:
    turn = 2 if review_reads.sheets(shown, one, 2) else 1
    first = review_reads.result_of(shown, one, 1) if turn == 2 else None
    plan = review_reads.plan_of(shown, one)
    notes = review_reads.notes(shown, one).to_dict("records")
    names = f"{plan.name} {one.name}"
    made = lambda: document(  # noqa: E731
        (plan.name, one), (found, first), plan_reads.rubric(), notes
    )
    buttons(made, names, "review")


def agreement_tab(shown: View, one: Round, found: Result) -> None:
    """How far reviewers agree, where they do not, what was said, and what to do."""
    for line in agreement_words(found.agreement):
        st.markdown(f"- {plain(line)}")
    level = found.agreement.level
    advice = level if level in ("low", "unknown") else "fine"
    (st.warning if level == "low" else st.info)(t(f"reviews.todo.{advice}"))
    _both_turns(shown, one)
    told = review_reads.notes(shown, one)
    first = review_reads.result_of(shown, one, 1)
    apart = list(dict.fromkeys((*found.apart, *(first.apart if first else ()))))
    for code in dict.fromkeys((*apart, *told["item"])):
        _talk(shown, one, code, told[told["item"] == code])
    if not apart:
        st.write(t("reviews.apart.none"))
    with st.expander(t("reviews.how"), icon=":material/functions:"):
        st.markdown(t("reviews.how.text"))


def _both_turns(shown: View, one: Round) -> None:
    """First scores beside second ones: the first are kept."""
    second = review_reads.sheets(shown, one, 2)
    if not second:
        return
    first, later = review_reads.result_of(shown, one, 1), review_reads.result_of(shown, one, 2)
    if first is None or later is None:
        return
    before = {item.code: item for item in first.items}
    lines = [
        {
            t("reviews.column.item"): item_name(item.code),
            t("reviews.column.first"): number(before[item.code].mean, 2),
            t("reviews.column.second"): number(item.mean, 2),
            t("reviews.column.change"): signed(item.mean - before[item.code].mean, 2),
            t("reviews.column.spread_first"): number(before[item.code].spread),
            t("reviews.column.spread_second"): number(item.spread),
        }
        for item in later.items
    ]
    said = t(
        "reviews.turns",
        first=number(first.score, 1),
        second=number(later.score, 1),
        before=number(first.agreement.icc, 2),
        after=number(later.agreement.icc, 2),
    )
    st.markdown(f"**{plain(said)}**")
    table(pd.DataFrame(lines), t("reviews.turns.table"))


def _talk(shown: View, one: Round, code: str, told: pd.DataFrame) -> None:
    """One item that reviewers see differently: scores by person, what was said, room to add."""
    with st.container(border=True, gap="xsmall"):
        lines = [f"**{item_name(code)}**"]
        for turn in (1, 2):
            given = review_reads.sheets(shown, one, turn)
            scores = listed(f"{s.name} {s.scores[code]:g}" for s in given if code in s.scores)
            if scores:
                lines.append(f":small[{plain(t(f'reviews.turn.{turn}', scores=scores))}]")
        st.markdown("  \n".join(lines))
        for row in told.to_dict("records"):
            said = t("reviews.said", who=plain(row["who"]), text=plain(row["text"]))
            st.markdown(f":small[{said}]")
        with st.form(f"note_{one.id}_{code}", border=False, clear_on_submit=True):
            text = long_text(t("reviews.note"), "", LONGEST_NOTE, line=True)
            if st.form_submit_button(t("reviews.note.add"), icon=":material/forum:"):
                with problems():
                    place = (shown.hospital_id, one.id)
                    add_note(store(), actor(PAGE), place, code, text)
                    st.rerun()


def moves(shown: View, one: Round) -> None:
    """What can be done to the round now: release, or score again."""
    place, acting = (shown.hospital_id, one.id), actor(PAGE)
    given = review_reads.handed_in(shown, one)
    if one.turn:
        waiting = [name for name in one.judging if (name, one.turn) not in given]
        label = t("reviews.release")
        hint = t("reviews.release.waiting", names=listed(waiting)) if waiting else None
        # never disabled: the last sheet may have come in since this page was drawn
        name = f"release_{one.id}_{one.turn}"
        if st.button(label, help=hint, icon=":material/visibility:", key=name):
            with problems():
                release(store(), acting, place, one.version)
                st.rerun()
    elif one.state == "released" and st.button(
        t("reviews.again"), icon=":material/replay:", help=t("reviews.again.help")
    ):
        with problems():
            score_again(store(), acting, place, one.version)
            st.rerun()


def weights_words(one: Round) -> str:
    """By which weights, and how they were found."""
    criteria = plan_reads.rubric().criteria
    told = listed(
        f"{pick(each.name.zh, each.name.en)} {one.weights[code]:.4g}"
        for code, each in criteria.items()
    )
    return t(f"reviews.weights.{one.weighing}", weights=told, full=MOST)
