"""One list: reasons joined, the most pressing first, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from core.analysis.signals import BAND, BUDGET, CAUSE, GAP, LOSS, MISSED, Found, rows_of
from core.reports.signals.answers import ANSWERS, with_answers
from core.reports.signals.join import joined

MONTH = 202609
BASE = Found("OP001", "D1", MONTH, MONTH, BAND, "worse", 98.0, "%", bound=95.0)


def found(subject: str, department: str, reason: str, **more: Any) -> Found:
    return replace(BASE, subject=subject, department=department, reason=reason, **more)


def keys(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["subject"], rows["department"], strict=True))


def test_two_reasons_of_one_subject_are_one_row() -> None:
    chart = rows_of([found("FN051", "D1", CAUSE, since=202607, usual=100.0, detail="above")])
    target = rows_of(
        [found("FN051", "D1", BUDGET, since=202605, stake=360_000_00.0, stake_unit="元")]
    )
    rows = joined([target, chart])
    assert keys(rows) == [("FN051", "D1")]
    one = rows.iloc[0]
    assert one["reasons"] == "cause,budget"
    assert (one["since"], one["usual"], one["bound"]) == (202607, 100.0, 95.0)
    assert (one["stake"], one["stake_unit"]) == (360_000_00.0, "元")


def test_a_chart_for_the_better_beside_a_missed_target_is_worse_and_no_more_pressing() -> None:
    target = rows_of([found("OP011", "", MISSED, since=202601)])
    better = rows_of([found("OP011", "", CAUSE, direction="better", since=202603)])
    worse = rows_of([found("OP011", "", CAUSE, direction="worse", since=202603)])
    alone, eased, pressed = (
        joined(p).iloc[0] for p in ([target], [target, better], [target, worse])
    )
    assert eased["direction"] == "worse"
    assert (eased["since"], pressed["since"]) == (202601, 202603)
    assert alone["score"] == eased["score"] < pressed["score"]


def test_what_is_larger_comes_first() -> None:
    small = found("group:A", "D1", LOSS, stake=1e5, stake_unit="元", share=0.0001)
    large = found("group:B", "D2", LOSS, stake=1e7, stake_unit="元", share=0.01)
    assert keys(joined([rows_of([small, large])]))[0] == ("group:B", "D2")


def test_the_hospital_comes_before_a_department() -> None:
    rows = joined([rows_of([found("SV007", "D1", MISSED), found("SV007", "", MISSED)])])
    assert keys(rows) == [("SV007", ""), ("SV007", "D1")]


def test_a_handful_of_patients_is_small_however_few_the_hospital_has() -> None:
    few = found("SF020", "D1", MISSED, stake=4.0, stake_unit="例", share=0.5)
    many = found("SV001", "D2", MISSED, stake=900.0, stake_unit="人次", share=0.05)
    assert keys(joined([rows_of([few, many])]))[0] == ("SV001", "D2")


def test_further_rows_of_one_kind_step_back() -> None:
    same = [
        found("OP003", f"D{n}", MISSED, stake=100.0 - n, stake_unit="床日", share=0.01)
        for n in range(4)
    ]
    other = found("QA060", "D9", MISSED, stake=96.0, stake_unit="例", share=0.0099)
    order = [subject for subject, _ in keys(joined([rows_of([*same, other])]))]
    assert order.index("QA060") == 1


def test_improvements_come_last_whatever_their_size() -> None:
    better = found("SF013", "", CAUSE, direction="better", share=0.5, stake=500.0, stake_unit="次")
    gap = found("gap:income", "D1", GAP)
    rows = joined([rows_of([better, gap])])
    assert rows["direction"].tolist() == ["worse", "better"]


def test_without_signals_the_list_is_empty() -> None:
    assert joined([rows_of([])]).empty


def answers(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(list(ANSWERS.columns)))


def answer(since: int, kind: str, until: int = 0) -> tuple[Any, ...]:
    return (7, "OP001", "D1", since, kind, until, "已知", "王", pd.Timestamp("2026-10-01"), 2)


def test_an_answer_holds_while_the_signal_began_in_the_same_month() -> None:
    rows = joined([rows_of([replace(BASE, since=202607)])])
    held = with_answers(rows, answers(answer(202607, "acknowledged")), MONTH).iloc[0]
    other = with_answers(rows, answers(answer(202601, "acknowledged")), MONTH).iloc[0]
    assert (held["answer"], held["who"], held["answer_version"]) == ("acknowledged", "王", 2)
    assert (other["answer"], other["answer_version"]) == ("", 0)


def test_a_snoozed_signal_comes_back_after_its_month() -> None:
    rows = joined([rows_of([replace(BASE, since=202607)])])
    given = answers(answer(202607, "snoozed", 202609))
    assert with_answers(rows, given, 202609).iloc[0]["answer"] == "snoozed"
    again = with_answers(rows, given, 202610).iloc[0]
    assert (again["answer"], again["answer_version"]) == ("", 2)
